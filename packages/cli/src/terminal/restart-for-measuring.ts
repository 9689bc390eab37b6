import { flagsFor, variablesFor } from './measuring-flags.mjs'

/** Starts this process anew with the flags of one that measures, under the same process id; returns where it need not or cannot. */
export function restartForMeasuring(words: readonly string[]): void {
  const { execve, execArgv, execPath, argv, env, platform } = process
  const chosen = [...execArgv, env.NODE_OPTIONS ?? ''].join(' ')
  const flags = flagsFor(words).filter((flag) => !chosen.includes(nameOf(flag)))
  if (flags.length === 0 || platform === 'win32' || !execve) return
  execve.call(process, execPath, [execPath, ...flags, ...execArgv, ...argv.slice(1)], {
    ...variablesFor(words),
    ...env,
  })
}

function nameOf(flag: string): string {
  return flag.slice(0, flag.indexOf('='))
}
