import { setTimeout as sleep } from 'node:timers/promises'
import type { Host, ServerEnd } from '../host/host.ts'
import type { EvalRecord } from '../record/launch-record.ts'

export interface EvaluationOptions {
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** What the evaluation and all it starts carry; nothing else is ended with it. */
  readonly label: string
  readonly deadlineS: number
  readonly logFile: string
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
  const { argv, env, label, deadlineS, logFile, signal } = options
  const over = new AbortController()
  try {
    const command = { label, argv: [...argv], env: { ...env }, mounts: [], devices: [], gpus: 0 }
    const { ended } = await host.start(command, { logFile, port: 0, ...(signal && { signal }) })
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

function judged({ exitCode, signal }: ServerEnd): EvalRecord {
  if (exitCode === 0) return { schema: 'eval/1', outcome: 'passed', exitCode }
  if (exitCode !== undefined) return { ...failed(`it ended with exit code ${exitCode}`), exitCode }
  return failed(signal === undefined ? 'it ended, nobody can say how' : `it was ended by ${signal}`)
}

function failed(message: string): EvalRecord {
  return { schema: 'eval/1', outcome: 'failed', message }
}
