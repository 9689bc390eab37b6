import type { Host } from '../host/host.ts'
import { type ProcessHostOptions, processHost } from '../host/process-host.ts'
import { slurmHost } from '../host/slurm/slurm-host.ts'
import { LaunchError } from '../plan/launch-error.ts'
import { HostKind } from '../profile/host-kind.ts'

/** Gives the host of a kind. @throws LaunchError for the kinds that this build has none for. */
export type Hosts = (kind: HostKind) => Host

/** The adapters of this build. */
const adapters: Partial<Record<HostKind, (options: ProcessHostOptions) => Host>> = {
  process: processHost,
  slurm: slurmHost,
}

/** The host of a kind. @throws LaunchError for the kinds that this build has none for. */
export function hostFor(kind: HostKind, options: ProcessHostOptions = {}): Host {
  const adapter = adapters[kind]
  if (adapter) return adapter(options)
  const message = `this build launches on ${Object.keys(adapters).join(' and ')} hosts only, and the profile says ${kind}; print the command with reprise launch plan and start it on such a host yourself, then reprise replay --url`
  throw new LaunchError(message, { failureClass: 'infrastructure', phase: 'start' })
}

/** The kinds of hosts that this build launches on. */
export const launchableHosts: readonly HostKind[] = HostKind.options.filter((kind) => adapters[kind] !== undefined)
