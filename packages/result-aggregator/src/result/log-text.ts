import { plainText } from './plain-text.ts'

/**
 * Foreign text for a line of a log: one line, printable, and no command to whoever reads the log as commands.
 *
 * Source: GitHub's runner takes a line for a command where `::` is the first that stands in it, and `##[` anywhere; a text may be broken at
 * any word.
 */
export function logText(text: string, maxLength = 1_000): string {
  return plainText(text, maxLength)
    .replace(/(?<=^| ):{2,}/g, (colons) => [...colons].join(' '))
    .replaceAll('##[', '# #[')
}
