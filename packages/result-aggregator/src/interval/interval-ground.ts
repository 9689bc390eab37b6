import type { Estimate, IntervalBasis, NoIntervalReason } from '../result/estimate.ts'
import { effectiveNumber } from './effective-number.ts'
import { INTERVAL_LEVEL, type IntervalFamily } from './interval-family.ts'
import type { PlayTimeGrid } from './play-time-grid.ts'
import { studentT } from './student-t.ts'

/** What the intervals of a family rest on in a run. */
export interface IntervalGround {
  readonly basis: IntervalBasis
  /** What `estimate` makes of the reach of an interval, in standard errors; why there is none, where there is none. */
  readonly estimate: (estimate: (reach: number) => Estimate) => Estimate
}

/** Below so many effective plays nobody can tell how plays differ. */
const LEAST_EFFECTIVE_PLAYS = 3

/** `counts`: the requests in each cell of the grid. */
export function intervalGround(
  {
    grid,
    counts,
    measuredMs,
  }: {
    readonly grid: PlayTimeGrid
    readonly counts: Float64Array
    readonly measuredMs: number
  },
  { degrees, leastMeasuredMs }: IntervalFamily,
): IntervalGround {
  const byPlay = new Map<number, number>()
  for (const [cell, count] of counts.entries()) {
    const play = grid.playOf[cell]!
    byPlay.set(play, (byPlay.get(play) ?? 0) + count)
  }
  const n = [...byPlay.values()].reduce((sum, count) => sum + count, 0)
  const effectiveN = effectiveNumber(byPlay.values()) ?? 0
  const why = obstacle(effectiveN, measuredMs, leastMeasuredMs)
  return {
    basis: { method: 'play-time', level: INTERVAL_LEVEL, n, effectiveN },
    estimate: (estimate) =>
      why === undefined ? estimate(studentT((1 + INTERVAL_LEVEL) / 2, degrees(effectiveN))) : { notEstimable: why },
  }
}

function obstacle(effectivePlays: number, measuredMs: number, leastMs: number): NoIntervalReason | undefined {
  if (effectivePlays < LEAST_EFFECTIVE_PLAYS) return 'few-plays'
  // A window does not end on the microsecond.
  return measuredMs < leastMs * 0.999 ? 'short-window' : undefined
}
