import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { printable } from '@reprise/safe-text'
import type { DeviceClaim } from '../devices/device-claim.ts'
import { deviceQuestions, type Occupation, occupation, parseDeviceUse } from '../devices/device-use.ts'
import { LaunchError } from '../plan/launch-error.ts'

const pollMs = 500
const answerMs = 30_000

export interface GateOptions {
  readonly phase: 'start' | 'stop'
  /** How long memory that nobody is seen to use may take to be given back. */
  readonly patienceMs: number
  readonly signal?: AbortSignal
}

/**
 * Returns when the claimed accelerators are idle: nobody's process on them, and no more memory in use than a driver takes. Nothing is done
 * about what is found there.
 *
 * @throws LaunchError of the host that names who uses them, when somebody does, or nobody can tell; the signal's reason.
 */
export async function untilIdle(claim: DeviceClaim, { phase, patienceMs, signal }: GateOptions): Promise<void> {
  for (const endMs = performance.now() + patienceMs; ; ) {
    signal?.throwIfAborted()
    const { words, mayPass } = await look(claim, phase)
    if (words.length === 0) return
    if (!mayPass || performance.now() >= endMs) {
      const cure =
        'end what is not wanted there, or give the runner other GPUs; reprise touches nothing that it has not started'
      throw infrastructure(`the GPUs are not idle: ${words.join('; ')}; ${cure}`, phase)
    }
    await sleep(pollMs)
  }
}

async function look(claim: DeviceClaim, phase: GateOptions['phase']): Promise<Occupation> {
  const { memory, processes } = deviceQuestions[claim.vendor]
  try {
    const answers = { memory: await answerOf(memory), processes: await answerOf(processes) }
    return occupation(claim, parseDeviceUse(claim.vendor, answers))
  } catch (error) {
    const why = printable((error as Error).message, 400)
    const message = `nobody can tell whether the GPUs are idle: ${why}; mend ${memory[0]} on this host, or write gpu-idle-mib: unchecked in the runner's profile`
    throw infrastructure(message, phase)
  }
}

function answerOf([program, ...words]: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      program!,
      words,
      { timeout: answerMs, killSignal: 'SIGKILL', maxBuffer: 16 * 1024 * 1024 },
      (error, stdout, stderr) => {
        if (!error) return resolve(stdout)
        const { code, killed } = error
        const told = (stderr || stdout).trim()
        const how = killed ? `it gave no answer in ${answerMs / 1_000} s` : told || `exit code ${code}`
        reject(new Error(String(code) === 'ENOENT' ? `there is no ${program} on the PATH` : `${program}: ${how}`))
      },
    )
  })
}

function infrastructure(message: string, phase: GateOptions['phase']): LaunchError {
  return new LaunchError(message, { failureClass: 'infrastructure', phase })
}
