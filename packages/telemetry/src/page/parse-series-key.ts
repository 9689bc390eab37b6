import { parseSampleLine } from './parse-sample-line.ts'
import type { SeriesKey } from './series-key.ts'

/** Name and labels of a series from its text; `undefined` for text that `renderSeriesKey` does not give. */
export function parseSeriesKey(text: string): SeriesKey | undefined {
  return parseSampleLine(`${text} 0`)?.key
}
