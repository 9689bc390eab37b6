import { Interrupts, main } from '../packages/cli/src/main.ts'
import { type CliOptions, type CliRun, type ServedCli, stragglers } from './run-cli.ts'

/** Commands take the working directory of the process, so one runs after another. */
let before: Promise<unknown> = Promise.resolve()

/**
 * Runs a command line to its end in the process of the test: the same code without the half second in which a process loads it. For what a process is for
 * (its signals, its streams, its flags, its ends) and for what is measured beside a server of the test, there is `runCli`.
 */
export function runHere(args: readonly string[], options: Pick<CliOptions, 'cwd' | 'env'> = {}): Promise<CliRun> {
  const run = before.then(() => runNow(args, options))
  before = run.catch(() => {})
  return run
}

async function runNow(args: readonly string[], { cwd, env }: Pick<CliOptions, 'cwd' | 'env'>): Promise<CliRun> {
  const text = { stdout: '', stderr: '' }
  const home = process.cwd()
  if (cwd !== undefined) process.chdir(cwd)
  try {
    const code = await main(args, {
      stdout: { write: (piece) => (text.stdout += piece) },
      stderr: { write: (piece) => (text.stderr += piece) },
      env: { ...process.env, NO_COLOR: '1', ...env },
      argv: args,
      signal: new AbortController().signal,
    })
    return { code, ...text }
  } finally {
    process.chdir(home)
  }
}

/**
 * `reprise serve` on a free port of the test's process, where nothing that is measured beside it counts.
 *
 * @throws Error where it ends before it serves.
 */
export async function serveHere(args: readonly string[] = []): Promise<ServedCli> {
  const words = ['serve', '--port', '0', '--json', ...args]
  const interrupts = new Interrupts(() => {})
  const told = Promise.withResolvers<Omit<ServedCli, 'stop'>>()
  let stderr = ''
  const ended = main(words, {
    stdout: { write: (line) => told.resolve(JSON.parse(line)) },
    stderr: { write: (piece) => (stderr += piece) },
    env: process.env,
    argv: words,
    signal: interrupts.signal,
  })
  void ended.then((code) => told.reject(new Error(`reprise ${words.join(' ')} ended with ${code}: ${stderr}`)))
  const stop = () => {
    stragglers.delete(stop)
    interrupts.askOnce('SIGTERM')
    return ended
  }
  stragglers.add(stop)
  return { ...(await told.promise), stop }
}
