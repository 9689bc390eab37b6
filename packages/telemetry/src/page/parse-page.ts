import { parseSampleLine } from './parse-sample-line.ts'
import { renderSeriesKey } from './series-key.ts'

/** A metrics page, every series with its value. */
export interface MetricsPage {
  /** By `renderSeriesKey`; of a series that stands there twice, the first value. */
  readonly series: ReadonlyMap<string, number>
  /** Lines that are neither samples nor comments. */
  readonly malformed: number
  /** Samples of series that were there already. */
  readonly duplicates: number
}

/** Why a page is not taken. */
export type PageProblem = 'not-metrics' | 'too-many-series'

/** Series that are taken of a page, and characters of the name and labels of one; real pages have a tenth. */
export const pageLimits = { series: 50_000, keyLength: 4_000 } as const

/** What a page in the text format or in OpenMetrics holds. Never throws: whatever a server sends is a page or a problem. */
export function parsePage(text: string, limits: { series: number } = pageLimits): MetricsPage | PageProblem {
  const series = new Map<string, number>()
  let malformed = 0
  let duplicates = 0
  for (const raw of text.split('\n')) {
    const line = raw.trim()
    if (line === '# EOF') break
    if (line === '' || line.startsWith('#')) continue
    const sample = line.length > 2 * pageLimits.keyLength ? undefined : parseSampleLine(line)
    const key = sample && renderSeriesKey(sample.key)
    if (key === undefined || key.length > pageLimits.keyLength) malformed += 1
    else if (series.has(key)) duplicates += 1
    else if (series.size >= limits.series) return 'too-many-series'
    else series.set(key, sample!.value)
  }
  // A page of prose may have a line that reads as a sample.
  return series.size > malformed ? { series, malformed, duplicates } : 'not-metrics'
}
