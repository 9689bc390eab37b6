import type { Address } from '../../plan/fill-command.ts'
import type { LaunchPlan } from '../../plan/launch-plan.ts'
import type { During, RunningServer } from '../host.ts'
import type { LaunchOwner } from '../launch-owner.ts'
import { processHost } from '../process-host.ts'
import { clientEnvironment } from './slurm-client.ts'

export interface ClientOptions {
  /** What the client hands on to the step that it holds. */
  readonly env: Readonly<Record<string, string>>
  /** For what the client itself says. */
  readonly logFile: string
  /** Of the server that it is for. */
  readonly name: string
  readonly address: Address
  readonly signal?: AbortSignal
}

/** Starts a client of Slurm that outlives this process, and carries its launch's label. */
export type KeepClient = (words: readonly string[], options: ClientOptions) => Promise<RunningServer>

const during: During = (_phase, run) => run({ signal: new AbortController().signal, tell: () => {} })

/** Clients of Slurm hold their steps as long as they live: they are kept as servers of this machine are. */
export async function keepClients(plan: LaunchPlan, owner: LaunchOwner): Promise<KeepClient> {
  const place = await processHost().prepare(plan, { owner, during })
  return (words, { env, name, ...options }) => {
    const planned = {
      ...({ role: 'server', count: 1, placement: { kind: 'first-node' }, gpus: 0, port: 'auto' } as const),
      ...{ devices: [], morePorts: [], healthPath: '/', fatalPatterns: [] },
      argv: [...words],
      env: { ...clientEnvironment(), ...env },
    }
    return place.start({ name, copy: 0, planned }, options)
  }
}
