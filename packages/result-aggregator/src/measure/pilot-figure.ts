import { quantile } from '@reprise/trace/quantile'
import { halfWidthAt, neededMs, neededMsOfRate, type QuantilePilot, reachAt, reachOf } from '../interval/forecast.ts'
import { intervalFamilies } from '../interval/interval-family.ts'
import { intervalGround } from '../interval/interval-ground.ts'
import type { KnownValues } from '../interval/known-values.ts'
import { leastValues } from '../interval/least-values.ts'
import { countByCell } from '../interval/play-time-grid.ts'
import type { RequestClusters } from '../interval/request-clusters.ts'
import { twoWayVariance } from '../interval/two-way-variance.ts'
import type { BudgetGoal, NotReachable } from '../result/budget.ts'
import { type Estimate, isInterval } from '../result/estimate.ts'
import { intervalFamilyOf } from './objective-meter.ts'

/** What one pilot tells of a goal. */
export interface PilotFigure {
  readonly value?: number
  readonly halfWidthShare?: number
  readonly designEffect?: number
  /** How long one run has to be. */
  readonly neededMs?: number
  /** How the logarithms of single runs differ, as far as one run tells. */
  readonly logDeviation?: number
  /** Half of the interval of a run through as many sessions as the corpus has. */
  readonly wholeCorpusShare?: number
  readonly notReachable?: NotReachable
}

type PercentileGoal = Exclude<BudgetGoal, { readonly metric: 'output' }>

/** Of a percentile, from the values of the pilot's requests. `corpusMs`: how long a run takes for as many sessions as the corpus has. */
export function percentileFigure(
  goal: PercentileGoal,
  values: KnownValues,
  { clusters, corpusMs }: { readonly clusters: RequestClusters; readonly corpusMs: number },
): PilotFigure {
  const p = goal.percentile / 100
  const value = quantile(values.sorted, p, values.cutOff)
  if (value === undefined) return { notReachable: 'few-values' }
  if (value === Infinity) return { notReachable: 'cut-off' }
  if (values.n < leastValues(p)) return { value, notReachable: 'few-values' }
  const family = intervalFamilyOf(goal.metric)
  const grid = clusters.grid(family.blocks)
  const counts = countByCell(grid, values.all)
  const ground = intervalGround({ grid, counts, ...clusters.measured }, family)
  const sums = { grid, tops: countByCell(grid, values.all, value), bottoms: counts }
  const variance = ground.estimate(() => twoWayVariance(sums, family.lags))
  if ('notEstimable' in variance) return { value, notReachable: variance.notEstimable }
  const { measuredMs } = clusters.measured
  const pilot: QuantilePilot = { values, p, variance, effectivePlays: ground.basis.effectiveN, measuredMs, family }
  const ms = neededMs(pilot, goal.halfWidthShare)
  const wholeCorpusShare = halfWidthAt(pilot, corpusMs)
  return {
    value,
    ...(wholeCorpusShare !== undefined && { wholeCorpusShare }),
    designEffect: variance.all / (values.n * p * (1 - p)),
    ...spreadOf(pilot),
    ...(ms === undefined ? { notReachable: 'time' } : { neededMs: ms }),
  }
}

/** Half of the interval at the pilot's own length, and how single runs so long differ; nothing where it reaches beyond what was seen. */
function spreadOf({
  values,
  p,
  variance,
  effectivePlays,
  family,
}: QuantilePilot): Pick<PilotFigure, 'halfWidthShare' | 'logDeviation'> {
  const reach = reachOf(family, { effectivePlays, variance, probability: p })
  const standardError = Math.sqrt(variance.all) / values.n
  const at = (share: number) => (share > 0 && share < 1 ? quantile(values.sorted, share, values.cutOff)! : Number.NaN)
  const [low, value, high] = [at(p - reach * standardError), at(p), at(p + reach * standardError)]
  return high < Infinity && low > 0
    ? { halfWidthShare: (high - low) / 2 / value, logDeviation: Math.log(high / low) / 2 / reach }
    : {}
}

/** Of the throughput, from its interval. */
export function rateFigure(
  { halfWidthShare }: BudgetGoal,
  { value, estimate, measuredMs, corpusMs }: PilotRate,
): PilotFigure {
  if (value === undefined || estimate === undefined) return { notReachable: 'few-values' }
  if (!isInterval(estimate)) return { value, notReachable: estimate.notEstimable }
  const family = intervalFamilies.rate
  const logHalfWidth = Math.log(estimate.high / estimate.low) / 2
  const ms = neededMsOfRate({ measuredMs, family, logHalfWidth }, halfWidthShare)
  return {
    value,
    ...(estimate.halfWidthShare !== undefined && { halfWidthShare: estimate.halfWidthShare }),
    wholeCorpusShare: Math.sinh(logHalfWidth * Math.sqrt(measuredMs / corpusMs)),
    ...(estimate.degrees !== undefined && { logDeviation: logHalfWidth / reachAt(estimate.degrees) }),
    ...(ms === undefined ? { notReachable: 'time' } : { neededMs: ms }),
  }
}

export interface PilotRate {
  readonly value: number | undefined
  readonly estimate: Estimate | undefined
  readonly measuredMs: number
  readonly corpusMs: number
}
