import type { RunHeader } from '@reprise/result-aggregator/run'

/** The header of a resumed run with what its new probe found: what any attempt could not ask for or check holds for the result of all. */
export function withNotes(header: RunHeader, notes: readonly string[]): RunHeader {
  const all = [...new Set([...(header.target.notes ?? []), ...notes])]
  return { ...header, target: { ...header.target, ...(all.length > 0 && { notes: all }) } }
}
