import { quoteWord } from '@reprise/safe-text'

/**
 * A command as a person would type it into a POSIX shell, in lines of at most `width` columns where its words allow. For reading and
 * copying: what is launched are the words themselves, and no shell sees them. Flags begin lines, their values follow them.
 */
export function quoteCommand(
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
  { width = 100, indent = '' }: { readonly width?: number; readonly indent?: string } = {},
): string {
  const pieces = [...Object.entries(env).map(([name, value]) => `${name}=${quoteWord(value)}`), ...units(argv)]
  const lines: string[] = []
  for (const piece of pieces) {
    const line = lines.at(-1)
    if (line !== undefined && indent.length + line.length + piece.length + ' '.length + ' \\'.length <= width) {
      lines[lines.length - 1] = `${line} ${piece}`
    } else lines.push(line === undefined ? piece : `  ${piece}`)
  }
  return lines.map((line) => `${indent}${line}`).join(' \\\n')
}

/** A flag and its values stay on one line. */
function units(argv: readonly string[]): string[] {
  const pieces: string[] = []
  for (const [i, word] of argv.entries()) {
    const follows = i > 0 && !word.startsWith('-') && pieces.length > 0
    if (follows) pieces[pieces.length - 1] += ` ${quoteWord(word)}`
    else pieces.push(quoteWord(word))
  }
  return pieces
}
