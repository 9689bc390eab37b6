import { flagsFor } from './measuring-flags.mjs'

/** Starts this process anew with the flags of one that measures, under the same process id; returns where it need not or cannot. */
export function restartForMeasuring(words: readonly string[]): void {
  const { execve, execArgv, execPath, argv, env, platform } = process
  const flags = flagsFor(words)
  if (flags.length === 0 || platform === 'win32' || !execve) return
  const isChosen = [...execArgv, env.NODE_OPTIONS ?? ''].some((each) => each.includes('-semi-space-size'))
  if (isChosen) return
  execve.call(process, execPath, [execPath, ...flags, ...execArgv, ...argv.slice(1)], env)
}
