import type { Estimate, IntervalBasis } from '../result/estimate.ts'
import { INTERVAL_LEVEL } from './interval-family.ts'
import { intervalOf } from './interval-of.ts'
import { studentT } from './student-t.ts'

export interface RepeatsEstimate {
  /** The geometric mean. */
  readonly value: number
  readonly basis: IntervalBasis
  readonly estimate: Estimate
}

/** Below so many runs the t distribution says nothing that anybody could use: with three it reaches 4.3 standard errors, with two 12.7. */
const LEAST_REPEATS = 3

/**
 * A figure over runs of one configuration that differ in their seeds: its geometric mean, and the interval of that on the scale of logarithms.
 * `undefined` without a value, or where one is not above 0.
 */
export function repeatsEstimate(values: readonly number[]): RepeatsEstimate | undefined {
  const n = values.length
  if (n === 0 || values.some((value) => !(value > 0 && value < Infinity))) return undefined
  const logs = values.map(Math.log)
  const mean = logs.reduce((sum, log) => sum + log, 0) / n
  const value = Math.exp(mean)
  const basis: IntervalBasis = { method: 'repeats', level: INTERVAL_LEVEL, n, effectiveN: n }
  if (n < LEAST_REPEATS) return { value, basis, estimate: { notEstimable: 'few-values' } }
  const variance = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / (n - 1)
  const factor = Math.exp(studentT((1 + INTERVAL_LEVEL) / 2, n - 1) * Math.sqrt(variance / n))
  return { value, basis, estimate: intervalOf({ low: value / factor, value, high: value * factor }) }
}
