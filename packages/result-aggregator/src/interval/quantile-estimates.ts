import { quantile } from '@reprise/trace/quantile'
import type { Estimate, IntervalBasis } from '../result/estimate.ts'
import type { IntervalFamily } from './interval-family.ts'
import { intervalGround, type SumReach } from './interval-ground.ts'
import { intervalOf } from './interval-of.ts'
import type { KnownValues } from './known-values.ts'
import { leastValues } from './least-values.ts'
import { countByCell, type SortedGrid } from './play-time-grid.ts'
import type { RequestClusters } from './request-clusters.ts'
import type { RatioSums } from './two-way-variance.ts'

export interface QuantileQuestion {
  /** Of the requests of the values, in the same order. */
  readonly clusters: RequestClusters
  readonly family: IntervalFamily
  readonly probabilities: readonly number[]
  /** Of intervals that several are to hold at once; default that of each alone. */
  readonly level?: number
}

export interface QuantileEstimates {
  readonly basis: IntervalBasis
  /** In the order of the probabilities. */
  readonly estimates: readonly Estimate[]
}

/**
 * Intervals of the quantiles of a value, one for each probability; each says for itself why it is none.
 *
 * The share of requests below a quantile varies from play to play and from block to block of time. What that says of its probability is
 * turned into values at the quantiles of the probabilities at both ends.
 *
 * Source of the inversion: Woodruff (1952), Confidence intervals for medians and other position measures.
 */
export function quantileEstimates(
  values: KnownValues,
  { clusters, family, probabilities, level }: QuantileQuestion,
): QuantileEstimates {
  const grid = clusters.grid(family.blocks)
  const counts = countByCell(grid, values.all)
  const ground = intervalGround({ grid, counts, ...clusters.measured }, family, level)
  const estimates = probabilities.map((p): Estimate => {
    if (values.n < leastValues(p)) return { notEstimable: 'few-values' }
    return ground.estimate((reachOf) => estimateAt(p, values, { grid, counts, reachOf }), p)
  })
  return { basis: ground.basis, estimates }
}

interface Cells {
  readonly grid: SortedGrid
  /** Values in each cell. */
  readonly counts: Float64Array
  readonly reachOf: (sums: RatioSums) => SumReach
}

function estimateAt(p: number, { all, sorted, cutOff, n }: KnownValues, { grid, counts, reachOf }: Cells): Estimate {
  const value = quantile(sorted, p, cutOff)!
  if (value === Infinity) return { notEstimable: 'cut-off' }
  const error = reachOf({ grid, tops: countByCell(grid, all, value), bottoms: counts }).distance / n
  const [from, to] = [p - error, p + error]
  if (!(from > 0 && to < 1)) return { notEstimable: 'beyond-values' }
  const [low, high] = [quantile(sorted, from, cutOff)!, quantile(sorted, to, cutOff)!]
  return high === Infinity ? { notEstimable: 'cut-off' } : intervalOf({ low, value, high })
}
