import { quoteWord } from '@reprise/safe-text'

/**
 * The command line as one would type it in a POSIX shell to get the same run again: a seed that was drawn stands where `random` stood.
 */
export function commandLine(argv: readonly string[], { seed }: { readonly seed?: number } = {}): string {
  const words = argv.map((word, i) => {
    if (seed === undefined) return word
    if (word === '--seed=random') return `--seed=${seed}`
    return word === 'random' && argv[i - 1] === '--seed' ? String(seed) : word
  })
  return ['npx reprise', ...words.map(quoteWord)].join(' ')
}

/** A command line as it can be pasted: one that names its folder meets its own run there. */
export function againLine(command: string): string {
  const names = /\s--out[\s=]/.test(command) && !/\s--overwrite(\s|$)/.test(command)
  return names ? `${command} --overwrite` : command
}
