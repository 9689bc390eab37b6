import type { ReportMark } from './report-data.ts'

/** More than this share of what a cache without limit would hit is lost beyond the cliff. */
const LOST = 0.1

/** Where eviction begins to tell: the smallest size of a curve from which on every one loses more than a tenth of its ideal hits, while a smaller one does not. `undefined` where there is none. */
export function cliffOf(marks: readonly ReportMark[]): number | undefined {
  const known = marks
    .flatMap(({ lanes, figures: { hitMeasured, hitIdeal } }) =>
      hitMeasured === undefined || !hitIdeal ? [] : [{ lanes, isLost: 1 - hitMeasured / hitIdeal > LOST }],
    )
    .toSorted((one, other) => one.lanes - other.lanes)
  const last = known.findLastIndex(({ isLost }) => !isLost)
  const beyond = known[last + 1]
  return last === -1 || beyond?.lanes === known[last]?.lanes ? undefined : beyond?.lanes
}
