import type { Estimate } from '../result/estimate.ts'
import { intervalOf } from './interval-of.ts'
import type { PlayTimeGrid } from './play-time-grid.ts'
import { twoWayVariance } from './two-way-variance.ts'

export interface RatioSums {
  readonly grid: PlayTimeGrid
  /** Of each cell: what is divided, and what it is divided by. */
  readonly tops: Float64Array
  readonly bottoms: Float64Array
}

/**
 * The interval of the sum of `tops` over that of `bottoms`, on the scale of its logarithm; `reach` is in standard errors. Where `tops` are all 0
 * nobody knows how far from 0 the ratio is.
 *
 * Source of the error: linearisation of a ratio (Cochran 1977).
 */
export function ratioEstimate({ grid, tops, bottoms }: RatioSums, reach: number): Estimate {
  const [top, bottom] = [total(tops), total(bottoms)]
  if (!(top > 0 && bottom > 0)) return { notEstimable: 'beyond-values' }
  const value = top / bottom
  const residuals = tops.map((each, cell) => each - value * bottoms[cell]!)
  const counts = tops.map((each, cell) => (each !== 0 || bottoms[cell] !== 0 ? 1 : 0))
  const factor = Math.exp((reach * Math.sqrt(twoWayVariance(grid, residuals, counts))) / top)
  return intervalOf({ low: value / factor, value, high: value * factor })
}

function total(parts: Float64Array): number {
  return parts.reduce((sum, part) => sum + part, 0)
}
