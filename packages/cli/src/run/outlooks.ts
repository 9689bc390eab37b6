import type { RunLength } from '../live/run-length.ts'
import type { RunOutlook } from './run-display.ts'

/** What the display of each run of a command is told: how long it will be, which of them it is, and how long those after it will be. */
export function outlooksOf(lengths: readonly RunLength[]): RunOutlook[] {
  return lengths.map((length, i) => {
    const later = lengths.slice(i + 1)
    const laterMs = later.reduce<number | undefined>(
      (sum, { aboutMs }) => (sum === undefined || aboutMs === undefined ? undefined : sum + aboutMs),
      0,
    )
    return { length, place: { point: i + 1, of: lengths.length, ...(laterMs !== undefined && { laterMs }) } }
  })
}
