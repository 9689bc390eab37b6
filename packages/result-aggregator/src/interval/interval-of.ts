import type { Interval } from '../result/estimate.ts'

/** An interval around a figure, with its half-width as a share of that. */
export function intervalOf({ low, value, high }: Record<'low' | 'value' | 'high', number>): Interval {
  return { low, high, ...(value !== 0 && { halfWidthShare: (high - low) / 2 / Math.abs(value) }) }
}
