/**
 * A word as one would type it in a POSIX shell or in bash: quoted only where a shell would read it otherwise. `{name}`, as commands are
 * shown before the name is known, needs no quotes.
 */
export function quoteWord(word: string): string {
  return /^(?:[\w@%+=:,./-]|\{\w+\})+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
