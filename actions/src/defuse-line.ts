/**
 * One line of a command's log, so that the runner does not take it for a workflow command. `annotations` lets the ones pass that
 * `reprise` itself writes for problems in a file; they cannot do more than annotate.
 *
 * Source: github.com/actions/runner, ActionCommand.cs: `::name` after any leading blanks, or `##[name]` anywhere in the line.
 */
export function defuseLine(line: string, { annotations = false }: { readonly annotations?: boolean } = {}): string {
  const clean = line.replace(/\p{Cc}/gu, ' ').trimEnd()
  if (annotations && annotation.test(clean)) return clean
  const apart = clean.replaceAll('##[', '## [')
  return /^[\s\p{Cf}]*::/u.test(apart) ? `> ${apart}` : apart
}

const annotation = /^::(?:error|warning|notice) (?:file=[^,:]+,line=\d+,col=\d+,)?title=[^,:]+::(?!.*##\[)/
