/**
 * The summary of one step, cut after a whole line where it is larger than GitHub takes.
 *
 * Source: docs.github.com, "Workflow commands", step isolation and limits: 1 MiB a step, and more fails the upload as a whole.
 */
export function trimSummary(markdown: string, limit = 1_000_000): string {
  if (Buffer.byteLength(markdown) <= limit) return markdown
  const note = '\n\n(cut here: the rest is larger than a job summary may be, and stands in the artifact)\n'
  const kept = Buffer.from(markdown).subarray(0, limit - note.length)
  return kept.subarray(0, Math.max(0, kept.lastIndexOf('\n'))).toString('utf8') + note
}
