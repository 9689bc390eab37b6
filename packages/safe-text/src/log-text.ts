import { printable } from './printable.ts'

/**
 * Foreign text for a line of a log: one line, printable, and no command to whoever reads the log as commands, wherever the line is broken.
 *
 * Source: GitHub's runner takes a line for a command where `::` is the first that stands in it, and `##[` anywhere; a text may be broken at
 * any word.
 */
export function logText(text: string, limit = 1_000): string {
  return printable(text, limit)
    .replace(/(?<=^| ):{2,}/g, (colons) => [...colons].join(' '))
    .replaceAll('##[', '# #[')
}

/**
 * A whole line that passes on its way into a log, its blanks as they are, so that the runner does not take it for a workflow command.
 * `annotations` lets the ones pass that `reprise` itself writes for problems in a file; they cannot do more than annotate.
 *
 * Source: github.com/actions/runner, ActionCommand.cs: `::name` after any leading blanks, or `##[name]` anywhere in the line.
 */
export function logLine(line: string, { annotations = false }: { readonly annotations?: boolean } = {}): string {
  const clean = line.replace(/\p{Cc}/gu, ' ').trimEnd()
  if (annotations && annotation.test(clean)) return clean
  const apart = clean.replaceAll('##[', '## [')
  return /^[\s\p{Cf}]*::/u.test(apart) ? `> ${apart}` : apart
}

const annotation = /^::(?:error|warning|notice) (?:file=[^,:]+,line=\d+,col=\d+,)?title=[^,:]+::(?!.*##\[)/
