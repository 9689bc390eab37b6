import { quantile } from '@reprise/trace/quantile'
import { INTERVAL_LEVEL, type IntervalFamily } from './interval-family.ts'
import type { KnownValues } from './known-values.ts'
import type { VarianceGround } from './pooled-degrees.ts'
import { studentT } from './student-t.ts'
import type { TwoWayVariance } from './two-way-variance.ts'

/** What a run tells of how exactly a longer one would know a percentile. */
export interface QuantilePilot {
  readonly values: KnownValues
  /** Probability of the percentile. */
  readonly p: number
  /** Of the number of requests below it. */
  readonly variance: TwoWayVariance
  readonly effectivePlays: number
  readonly measuredMs: number
  readonly family: IntervalFamily
}

/**
 * Half of the interval of a run that is so long, as a share of the figure; `undefined` where it would reach beyond all that was seen. The error shrinks with the root of
 * the time, as plays and blocks of time become more; and the distribution is the pilot's.
 */
export function halfWidthAt(pilot: QuantilePilot, measuredMs: number): number | undefined {
  const { values, p, variance, effectivePlays, family } = pilot
  const times = measuredMs / pilot.measuredMs
  const ground = { effectivePlays: effectivePlays * times, variance, probability: p }
  const error = (reachOf(family, ground) * Math.sqrt(variance.all / times)) / values.n
  const [from, to] = [p - error, p + error]
  if (!(from > 0 && to < 1)) return undefined
  const [low, value, high] = [from, p, to].map((each) => quantile(values.sorted, each, values.cutOff)!) as [
    number,
    number,
    number,
  ]
  return high < Infinity && value > 0 ? (high - low) / 2 / value : undefined
}

/** How long a run has to be for such a half-width; `undefined` where a thousand pilots would not do. */
export function neededMs(pilot: QuantilePilot, halfWidthShare: number): number | undefined {
  return leastMs(pilot, (ms) => (halfWidthAt(pilot, ms) ?? Infinity) <= halfWidthShare)
}

/** The same of a rate, whose interval is one of its logarithm: `logHalfWidth` is half of the pilot's. */
export function neededMsOfRate(
  pilot: Pick<QuantilePilot, 'measuredMs' | 'family'> & { readonly logHalfWidth: number },
  halfWidthShare: number,
): number | undefined {
  return leastMs(pilot, (ms) => Math.sinh(pilot.logHalfWidth * Math.sqrt(pilot.measuredMs / ms)) <= halfWidthShare)
}

/** How many runs with other seeds know the mean of their figures so exactly, where the logarithms of single ones differ by so much (standard deviation); `undefined` above a thousand. */
export function neededRuns(logDeviation: number, halfWidthShare: number): number | undefined {
  for (let runs = LEAST_RUNS; runs <= MOST; runs += 1)
    if (Math.sinh((studentT(TAIL, runs - 1) * logDeviation) / Math.sqrt(runs)) <= halfWidthShare) return runs
  return undefined
}

/** How far an interval reaches in standard errors. */
export function reachOf({ degrees }: IntervalFamily, ground: VarianceGround): number {
  return reachAt(Math.max(1e-3, degrees(ground)))
}

/** The same, with so many degrees of freedom. */
export function reachAt(degrees: number): number {
  return studentT(TAIL, degrees)
}

const TAIL = (1 + INTERVAL_LEVEL) / 2
const LEAST_RUNS = 3
const MOST = 1_000

/** The shortest time, to a thousandth, that is enough: whatever is longer is too. */
function leastMs(
  { measuredMs, family }: Pick<QuantilePilot, 'measuredMs' | 'family'>,
  isEnough: (ms: number) => boolean,
): number | undefined {
  let [low, high] = [family.leastMeasuredMs, MOST * measuredMs]
  if (isEnough(low)) return low
  if (!(high > low) || !isEnough(high)) return undefined
  while (high > 1.001 * low) {
    const middle = Math.sqrt(low * high)
    if (isEnough(middle)) high = middle
    else low = middle
  }
  return high
}
