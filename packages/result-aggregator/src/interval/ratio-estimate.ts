import type { Estimate } from '../result/estimate.ts'
import type { SumReach } from './interval-ground.ts'
import { intervalOf } from './interval-of.ts'
import { type RatioSums, total } from './two-way-variance.ts'

/**
 * The interval of the sum of `tops` over that of `bottoms`, on the scale of its logarithm. Where `tops` are all 0
 * nobody knows how far from 0 the ratio is.
 *
 * Source of the error: linearisation of a ratio (Cochran 1977).
 */
export function ratioEstimate(sums: RatioSums, reachOf: (sums: RatioSums) => SumReach): Estimate {
  const [top, bottom] = [total(sums.tops), total(sums.bottoms)]
  if (!(top > 0 && bottom > 0)) return { notEstimable: 'beyond-values' }
  const value = top / bottom
  const { distance, degrees } = reachOf(sums)
  const factor = Math.exp(distance / top)
  return { ...intervalOf({ low: value / factor, value, high: value * factor }), degrees }
}
