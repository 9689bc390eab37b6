import { quantile } from '@reprise/trace'
import type { Estimate, IntervalBasis } from '../result/estimate.ts'
import { effectiveNumber } from './effective-number.ts'
import { INTERVAL_LEVEL, type IntervalFamily, obstacle, reachOf } from './interval-family.ts'
import { intervalOf } from './interval-of.ts'
import type { KnownValues } from './known-values.ts'
import type { PlayTimeGrid } from './play-time-grid.ts'
import type { RequestClusters } from './request-clusters.ts'
import { twoWayVariance } from './two-way-variance.ts'

export interface QuantileQuestion {
  /** Of the requests of the values, in the same order. */
  readonly clusters: RequestClusters
  readonly family: IntervalFamily
  readonly probabilities: readonly number[]
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
  { clusters, family, probabilities }: QuantileQuestion,
): QuantileEstimates {
  const grid = clusters.grid(family.blocks)
  const counts = countCells(grid, values.all, Infinity)
  const effectiveN = effectiveNumber(sumPlays(grid, counts)) ?? 0
  const why = obstacle({ effectivePlays: effectiveN, measuredMs: clusters.measuredMs }, family)
  const estimates = probabilities.map((p): Estimate => {
    if (values.n < leastValues(p)) return { notEstimable: 'few-values' }
    return why === undefined
      ? estimateAt(p, values, { grid, counts, reach: reachOf(family, effectiveN) })
      : { notEstimable: why }
  })
  return { basis: { method: 'play-time', level: INTERVAL_LEVEL, n: values.n, effectiveN }, estimates }
}

interface Cells {
  readonly grid: PlayTimeGrid
  /** Values in each cell. */
  readonly counts: Float64Array
  readonly reach: number
}

function estimateAt(p: number, values: KnownValues, { grid, counts, reach }: Cells): Estimate {
  const { all, sorted, cutOff, n } = values
  const value = quantile(sorted, p, cutOff)!
  if (value === Infinity) return { notEstimable: 'cut-off' }
  const below = countCells(grid, all, value)
  // Not p itself, which equal values may lie far from.
  const share = below.reduce((sum, count) => sum + count, 0) / n
  const residuals = below.map((count, cell) => count - share * counts[cell]!)
  const error = Math.sqrt(twoWayVariance(grid, residuals, counts)) / n
  const [from, to] = [p - reach * error, p + reach * error]
  if (!(from > 0 && to < 1)) return { notEstimable: 'beyond-values' }
  const [low, high] = [quantile(sorted, from, cutOff)!, quantile(sorted, to, cutOff)!]
  return high === Infinity ? { notEstimable: 'cut-off' } : intervalOf({ low, value, high })
}

/** How many values of each cell are at most `limit`. */
function countCells({ cellOf, playOf }: PlayTimeGrid, values: Float64Array, limit: number): Float64Array {
  const counts = new Float64Array(playOf.length)
  for (let i = 0; i < values.length; i += 1) if (values[i]! <= limit) counts[cellOf[i]!]! += 1
  return counts
}

function sumPlays({ playOf }: PlayTimeGrid, counts: Float64Array): Iterable<number> {
  const plays = new Map<number, number>()
  for (const [cell, count] of counts.entries()) plays.set(playOf[cell]!, (plays.get(playOf[cell]!) ?? 0) + count)
  return plays.values()
}

/** So few that even independent values would not bound the quantile on both sides: the nearest to it would be the outermost one. */
function leastValues(p: number): number {
  const tail = (1 - INTERVAL_LEVEL) / 2
  return Math.ceil(Math.log(tail) / Math.log(Math.max(p, 1 - p)))
}
