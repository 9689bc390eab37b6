import type { Estimate, IntervalBasis, NoIntervalReason, NotEstimable } from '../result/estimate.ts'
import { effectiveNumber } from './effective-number.ts'
import { INTERVAL_LEVEL, type IntervalFamily } from './interval-family.ts'
import type { PlayTimeGrid } from './play-time-grid.ts'
import { studentT } from './student-t.ts'
import { type RatioSums, twoWayVariance } from './two-way-variance.ts'

/** How far the interval of a sum of what is left over reaches on either side, and the degrees of freedom of that. */
export interface SumReach {
  readonly distance: number
  readonly degrees: number
}

/** What the intervals of a family rest on in a run. */
export interface IntervalGround {
  readonly basis: IntervalBasis
  /** What `estimate` makes of how far sums reach; why there is no interval, where there is none. `probability`: of a percentile. */
  readonly estimate: <Made = Estimate>(
    estimate: (reachOf: (sums: RatioSums) => SumReach) => Made,
    probability?: number,
  ) => Made | NotEstimable
}

/** How long was measured, breaks left out, and whether the server fell behind: then its figures grow with the time, and nothing holds in the long run. */
export interface MeasuredTime {
  readonly measuredMs: number
  readonly fellBehind?: boolean | undefined
}

/** Below so many effective plays nobody can tell how plays differ. */
const LEAST_EFFECTIVE_PLAYS = 3

/** `counts`: the requests in each cell of the grid. `level`: of intervals that several are to hold at once. */
export function intervalGround(
  { grid, counts, ...measured }: MeasuredTime & { readonly grid: PlayTimeGrid; readonly counts: Float64Array },
  { degrees, lags, leastMeasuredMs }: IntervalFamily,
  level: number = INTERVAL_LEVEL,
): IntervalGround {
  const byPlay = new Map<number, number>()
  for (const [cell, count] of counts.entries()) {
    const play = grid.playOf[cell]!
    byPlay.set(play, (byPlay.get(play) ?? 0) + count)
  }
  const n = [...byPlay.values()].reduce((sum, count) => sum + count, 0)
  const effectiveN = effectiveNumber(byPlay.values()) ?? 0
  const why = obstacle(effectiveN, measured, leastMeasuredMs)
  const reachOf = (sums: RatioSums, probability: number | undefined): SumReach => {
    const variance = twoWayVariance(sums, lags)
    const own = degrees({ effectivePlays: effectiveN, variance, probability })
    return { distance: studentT((1 + level) / 2, own) * Math.sqrt(variance.all), degrees: own }
  }
  return {
    basis: { method: 'play-time', level: INTERVAL_LEVEL, n, effectiveN },
    estimate: (estimate, probability) =>
      why === undefined ? estimate((sums) => reachOf(sums, probability)) : { notEstimable: why },
  }
}

function obstacle(
  plays: number,
  { measuredMs, fellBehind }: MeasuredTime,
  leastMs: number,
): NoIntervalReason | undefined {
  if (plays < LEAST_EFFECTIVE_PLAYS) return 'few-plays'
  // A window does not end on the microsecond.
  if (measuredMs < leastMs * 0.999) return 'short-window'
  return fellBehind ? 'fell-behind' : undefined
}
