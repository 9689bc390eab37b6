import { main } from '../../packages/cli/src/main.ts'

/** Runs a command of ours in this process; gives what it printed as JSON. @throws Error where it did not end well; `allowed`: other codes that it may end with. */
export async function runCommand<T>(argv: readonly string[], allowed: readonly number[] = []): Promise<T> {
  let [stdout, stderr] = ['', '']
  const code = await main(argv, {
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    env: process.env,
    argv,
    signal: new AbortController().signal,
  })
  if (code !== 0 && !allowed.includes(code)) throw new Error(`${argv.join(' ')} ended with ${code}: ${stderr}`)
  return JSON.parse(stdout) as T
}
