import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { During, Host, ServerEnd } from '../host/host.ts'
import { thisLauncher } from '../host/launch-owner.ts'
import type { ProcessPlan } from '../plan/launch-plan.ts'
import { launchFiles } from '../record/launch-files.ts'
import type { EvalRecord } from '../record/launch-record.ts'

export interface EvaluationOptions {
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** What the evaluation and all it starts carry; nothing else is ended with it. */
  readonly label: string
  readonly deadlineS: number
  /** For its log. */
  readonly folder: string
  readonly signal?: AbortSignal
}

/** A command that ends after SIGTERM has this long. */
const graceS = 5

/**
 * Runs an evaluation's command on a process host, without a shell, to its end or its deadline, and ends all that it has started. It has
 * passed when it exits with 0.
 *
 * @throws LaunchError when it cannot be started; the signal's reason when that aborts.
 */
export async function runEvaluation(options: EvaluationOptions, host: Host): Promise<EvalRecord> {
  const { label, deadlineS, folder, signal } = options
  const over = new AbortController()
  try {
    const plan = planOf(options)
    const owner = thisLauncher(label, folder)
    const place = await host.prepare(plan, { owner, during, ...(signal && { signal }) })
    const copy = { name: 'evaluation', copy: 0, planned: plan.processes[0]! }
    const logFile = join(folder, launchFiles.evaluationLog)
    const { ended } = await place.start(copy, { logFile, address: nowhere, ...(signal && { signal }) })
    const stop = AbortSignal.any([over.signal, ...(signal ? [signal] : [])])
    const late = sleep(deadlineS * 1_000, 'late' as const, { signal: stop }).catch(() => 'late' as const)
    const end = await Promise.race([ended, late])
    signal?.throwIfAborted()
    return end === 'late' ? failed(`it took longer than its ${deadlineS} s`) : judged(end)
  } finally {
    over.abort()
    await host.cleanUp(label, { graceS })
  }
}

/** It listens nowhere. */
const nowhere = { host: '127.0.0.1', port: 0 } as const

/** A plain process needs nothing that takes time. */
const during: During = (_phase, run) => run({ signal: new AbortController().signal, tell: () => {} })

function planOf({ argv, env, label, deadlineS }: EvaluationOptions): ProcessPlan {
  return {
    schema: 'launch-plan/2',
    host: 'process',
    label,
    processes: [
      {
        role: 'server',
        count: 1,
        placement: { kind: 'first-node' },
        argv: [...argv],
        env: { ...env },
        devices: [],
        gpus: 0,
        port: 'auto',
        morePorts: [],
        healthPath: '/',
        fatalPatterns: [],
      },
    ],
    secretEnv: [],
    model: 'none',
    vendor: 'none',
    deadlinesS: { start: deadlineS, load: deadlineS, ready: deadlineS, warm: deadlineS },
    stopGraceS: graceS,
  }
}

function judged({ exitCode, signal }: ServerEnd): EvalRecord {
  if (exitCode === 0) return { schema: 'eval/1', outcome: 'passed', exitCode }
  if (exitCode !== undefined) return { ...failed(`it ended with exit code ${exitCode}`), exitCode }
  return failed(signal === undefined ? 'it ended, nobody can say how' : `it was ended by ${signal}`)
}

function failed(message: string): EvalRecord {
  return { schema: 'eval/1', outcome: 'failed', message }
}
