import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { printable } from '@reprise/safe-text'
import { LaunchError } from '../../plan/launch-error.ts'
import type { LaunchPhase } from '../../plan/launch-phase.ts'

/** A controller that is alive answers in less; one that fails over takes its time. */
const timeoutMs = 60_000
/** Of a queue of a hundred thousand jobs. Bytes. */
const maxOutputBytes = 512 * 1024 * 1024
const tries = 3
const waitBetweenMs = 2_000

export interface ClientAnswer {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** What a client needs to find its cluster; nothing else of this process's environment, which may hold secrets. */
export function clientEnvironment(): Record<string, string> {
  const names = ['PATH', 'HOME', 'LANG', 'USER', 'LOGNAME', 'SLURM_CONF', 'SLURM_CLUSTERS', 'KRB5CCNAME']
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  )
}

/**
 * Runs a client of Slurm to its end, with `input` on its stdin; no shell reads its words. It is never cut off while it submits: whoever
 * wants to stop waits for its answer, so that nothing comes to be that nobody knows of.
 *
 * @throws LaunchError when there is no such program, or no answer.
 */
export async function runClient(
  words: readonly string[],
  { input = '', phase = 'start' }: { readonly input?: string; readonly phase?: LaunchPhase | 'stop' } = {},
): Promise<ClientAnswer> {
  const [file, ...args] = words
  const child = spawn(file!, args, { stdio: ['pipe', 'pipe', 'pipe'], env: clientEnvironment() })
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs)
  const out: Buffer[] = []
  const err: Buffer[] = []
  let size = 0
  const keep = (pieces: Buffer[]) => (piece: Buffer) => {
    size += piece.length
    if (size <= maxOutputBytes) pieces.push(piece)
    else child.kill('SIGKILL')
  }
  child.stdout.on('data', keep(out))
  child.stderr.on('data', keep(err))
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  try {
    const [exitCode, signal] = (await once(child, 'close')) as [number | null, string | null]
    if (exitCode === null) throw failed(`${file} gave no answer in ${timeoutMs / 1_000} s (${signal})`, phase)
    return { exitCode, stdout: String(Buffer.concat(out)), stderr: String(Buffer.concat(err)) }
  } catch (error) {
    if (error instanceof LaunchError) throw error
    const { code } = error as NodeJS.ErrnoException
    throw failed(`${file} cannot be run (${code}); this has to be a login node of a Slurm cluster`, phase)
  } finally {
    clearTimeout(timer)
  }
}

/** The same for a question, which is fine to ask again: a controller that restarts is away for a moment. @throws LaunchError as `runClient`, and when it fails. */
export async function ask(words: readonly string[], phase?: LaunchPhase | 'stop'): Promise<string> {
  for (let i = 1; ; i++) {
    const { exitCode, stdout, stderr } = await runClient(words, { ...(phase && { phase }) })
    if (exitCode === 0) return stdout
    if (i === tries)
      throw failed(`${words[0]} failed: ${printable(stderr.trim() || `exit code ${exitCode}`, 300)}`, phase)
    await sleep(waitBetweenMs)
  }
}

function failed(message: string, phase: LaunchPhase | 'stop' = 'start'): LaunchError {
  return new LaunchError(message, { failureClass: 'infrastructure', phase })
}
