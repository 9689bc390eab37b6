import type { Estimate } from '../result/estimate.ts'
import type { IntervalReach } from './interval-ground.ts'
import { intervalOf } from './interval-of.ts'
import { type RatioSums, total, twoWayVariance } from './two-way-variance.ts'

/**
 * The interval of the sum of `tops` over that of `bottoms`, on the scale of its logarithm. Where `tops` are all 0
 * nobody knows how far from 0 the ratio is.
 *
 * Source of the error: linearisation of a ratio (Cochran 1977).
 */
export function ratioEstimate(sums: RatioSums, { reach, lags }: IntervalReach): Estimate {
  const [top, bottom] = [total(sums.tops), total(sums.bottoms)]
  if (!(top > 0 && bottom > 0)) return { notEstimable: 'beyond-values' }
  const value = top / bottom
  const factor = Math.exp((reach * Math.sqrt(twoWayVariance(sums, lags))) / top)
  return intervalOf({ low: value / factor, value, high: value * factor })
}
