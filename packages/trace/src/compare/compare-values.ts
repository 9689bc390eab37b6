import { quantile } from '../survey/quantile.ts'
import { type Summary, summaryOf } from '../survey/summary.ts'

/** How far two distributions lie apart. */
export interface ValueComparison {
  readonly a: Summary
  readonly b: Summary
  /**
   * Kolmogorov and Smirnov's distance: the most by which the shares of values up to some bound differ. 0: alike; 1: no value of one lies
   * among those of the other.
   */
  readonly ks: number
  /**
   * Wasserstein's distance, the mean difference between values of equal rank, in units of how far the values of `a` lie from their own
   * median on average. 0: alike; 1: as far apart as `a` is wide. Absent where all values of `a` are one.
   */
  readonly wasserstein?: number
  /** `b / a - 1` of some percentiles; absent where that of `a` is 0 and that of `b` is not. */
  readonly difference: { readonly p10?: number; readonly p50?: number; readonly p90?: number }
}

/** Of values that rise; `undefined` where one has none. Not symmetric: `a` is what `b` is measured by. */
export function compareValues(a: Float64Array, b: Float64Array): ValueComparison | undefined {
  const [ofA, ofB] = [summaryOf(a), summaryOf(b)]
  if (!ofA || !ofB) return undefined
  const { ks, area } = distancesOf(a, b)
  const widthOfA = a.reduce((sum, value) => sum + Math.abs(value - ofA.p50), 0) / a.length
  return {
    a: ofA,
    b: ofB,
    ks,
    ...(widthOfA > 0 ? { wasserstein: area / widthOfA } : area === 0 && { wasserstein: 0 }),
    difference: {
      ...differenceOf('p10', ofA, ofB),
      ...differenceOf('p50', ofA, ofB),
      ...differenceOf('p90', ofA, ofB),
    },
  }
}

/** The value at each of `steps` + 1 even shares: the curve of a distribution. Empty without values. */
export function quantileCurve(sorted: Float64Array, steps = 100): number[] {
  if (sorted.length === 0) return []
  return Array.from({ length: steps + 1 }, (_, step) => quantile(sorted, step / steps)!)
}

/** One pass over both, smallest value first: between two values the shares do not change. */
function distancesOf(a: Float64Array, b: Float64Array): { ks: number; area: number } {
  let [i, j, ks, area] = [0, 0, 0, 0]
  let before = Math.min(a[0]!, b[0]!)
  while (i < a.length || j < b.length) {
    const apart = Math.abs(i / a.length - j / b.length)
    const value = Math.min(a[i] ?? Number.POSITIVE_INFINITY, b[j] ?? Number.POSITIVE_INFINITY)
    area += apart * (value - before)
    while (a[i] === value) i += 1
    while (b[j] === value) j += 1
    ks = Math.max(ks, Math.abs(i / a.length - j / b.length))
    before = value
  }
  return { ks, area }
}

function differenceOf<Name extends 'p10' | 'p50' | 'p90'>(name: Name, a: Summary, b: Summary) {
  if (a[name] === b[name]) return { [name]: 0 }
  return a[name] === 0 ? {} : { [name]: (b[name] - a[name]) / Math.abs(a[name]) }
}
