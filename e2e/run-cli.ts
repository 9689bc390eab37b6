import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { root } from './sources.ts'

/** The real command, for Node to run. */
export const bin = resolve(root, 'packages/cli/bin/reprise.mjs')

export interface CliRun {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface CliOptions {
  readonly cwd?: string
  /** On top of the test's own. */
  readonly env?: Readonly<Record<string, string>>
  /** Killed after that, with `code` null; default: the test's own deadline has to do. */
  readonly deadlineMs?: number
  /** Largest file that it may write, as if the disk were full then. */
  readonly largestFileKiB?: number
}

/** How to end each command that is still on. */
export const stragglers = new Set<() => unknown>()

/** Ends them, as after a test that failed half-way. */
export async function killStragglers(): Promise<void> {
  await Promise.all([...stragglers].map((end) => end()))
}

function watched<Child extends ChildProcess>(child: Child): Child {
  const end = () => child.kill('SIGKILL')
  stragglers.add(end)
  child.once('exit', () => stragglers.delete(end))
  return child
}

/** A command that is on. */
export interface StartedCli {
  readonly child: ChildProcess
  /** How it ended. */
  readonly ended: Promise<CliRun>
}

/** Runs the real command to its end. */
export function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliRun> {
  return startCli(args, options).ended
}

/** Starts the real command. */
export function startCli(args: readonly string[], options: CliOptions = {}): StartedCli {
  const { cwd = root, env, deadlineMs, largestFileKiB } = options
  const command = [process.execPath, bin, ...args]
  // The signal is ignored, so that the write itself fails, as it does on a full disk.
  const limited = ['bash', '-c', `trap '' XFSZ; ulimit -f ${largestFileKiB}; exec "$@"`, 'bash', ...command]
  const [file, ...rest] = largestFileKiB === undefined ? command : limited
  const child = watched(
    spawn(file!, rest, {
      cwd,
      env: { ...process.env, NO_COLOR: '1', ...env },
      ...(deadlineMs !== undefined && { timeout: deadlineMs, killSignal: 'SIGKILL' as const }),
    }),
  )
  const text = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text.stdout += chunk))
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text.stderr += chunk))
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...text }))
  return { child, ended }
}

export interface ServedCli {
  readonly url: string
  /** Where the origin of the instants in its log lies on the machine's monotonic clock. */
  readonly monotonicOriginMs: number
  readonly stop: () => Promise<number | null>
}

/** `reprise serve` on a free port; `stop` ends it. */
export async function serveCli(args: readonly string[] = []): Promise<ServedCli> {
  const child = watched(
    spawn(process.execPath, [bin, 'serve', '--port', '0', '--json', ...args], {
      cwd: root,
      // The channel ends the server with the test process, however that one ends.
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    }),
  )
  const [line] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string]
  return { ...(JSON.parse(line) as Omit<ServedCli, 'stop'>), stop: () => stop(child) }
}

async function stop(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode
  child.kill('SIGTERM')
  const [code] = (await once(child, 'exit')) as [number | null]
  return code
}
