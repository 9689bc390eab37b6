import type { CliOutcome } from './action.ts'

/** Who can act on an exit code of `reprise`. */
const actors: Readonly<Record<number, string>> = {
  2: 'a file or an input is wrong',
  3: 'the host or the server does not do what it should',
  4: 'the result is not valid',
  70: 'this is a bug of ours',
}

/** Why the step is red; undefined when the command ended well. */
export function failureOf(command: string, { exitCode, lastLine }: CliOutcome): string | undefined {
  if (exitCode === 0) return undefined
  const why = actors[exitCode] ?? 'it was interrupted'
  const said = lastLine.replace(/^reprise: /, '')
  return `${command} ended with ${exitCode} (${why})${said === '' ? '' : `: ${said}`}`
}
