import { main } from '../packages/cli/src/main.ts'
import type { CliOptions, CliRun } from './run-cli.ts'

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
