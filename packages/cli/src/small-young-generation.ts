/** Commands that take instants of replies as they come in. */
const measuring: readonly (string | undefined)[] = ['bench', 'replay', 'calibrate']

/**
 * Flags of the runtime for a process that measures.
 *
 * Each collection of the young generation stops the process for as long as what survives takes to copy. Left alone that generation grows
 * until a stop takes 10 ms and more, and all that arrives meanwhile is stamped late. So small, stops are more frequent and last about 2 ms.
 * The runtime takes the size at its start alone. `npm run bench:client` shows what it does.
 */
export const measuringFlags: readonly string[] = ['--max-semi-space-size=4']

/** Starts this process anew with those flags, under the same process id, where its command measures; returns where it need not or cannot. */
export function restartForMeasuring(words: readonly string[]): void {
  const { execve, execArgv, execPath, argv, env, platform } = process
  if (!measuring.includes(words[0]) || platform === 'win32' || !execve) return
  const isChosen = [...execArgv, env.NODE_OPTIONS ?? ''].some((each) => each.includes('-semi-space-size'))
  if (isChosen) return
  execve.call(process, execPath, [execPath, ...measuringFlags, ...execArgv, ...argv.slice(1)], env)
}
