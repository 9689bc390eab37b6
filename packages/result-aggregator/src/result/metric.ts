import { z } from 'zod'
import { Estimate, IntervalBasis } from './estimate.ts'

/** A percentile in which some values are infinite: JSON has no infinity, so the word stands for it. */
export const Unbounded = z.literal('unbounded')
const BoundedOrNot = z.union([z.number(), Unbounded])

/** The percentiles when every failed or cancelled request counts as infinitely slow. */
export const WithFailures = z.strictObject({
  /** Requests with a value, and those that failed or were cancelled. */
  n: z.int().positive(),
  p50: BoundedOrNot,
  p75: BoundedOrNot,
  p90: BoundedOrNot,
  p95: BoundedOrNot,
  p99: BoundedOrNot,
})
export type WithFailures = z.infer<typeof WithFailures>

/**
 * Figures over `n` values, and over those that are only known to be large: `cutOff`. Percentiles: linear at rank (n+cutOff-1)p; `std`: of the
 * population. What such an unknown value touches is not known and absent: a percentile as far up as they may reach, `mean`, `std` and `max` at once
 * (of a speed, `min`).
 */
export const Distribution = z.strictObject({
  n: z.int().positive(),
  /** Requests still running when the run ended, of which the value is not known. Absent: there are none. */
  cutOff: z.int().positive().optional(),
  mean: z.number().optional(),
  std: z.number().nonnegative().optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  p50: z.number().optional(),
  p75: z.number().optional(),
  p90: z.number().optional(),
  p95: z.number().optional(),
  p99: z.number().optional(),
})
export type Distribution = z.infer<typeof Distribution>

/** How far each percentile can be trusted; docs/intervals.md says how that is told. */
export const PercentileIntervals = IntervalBasis.extend({
  p50: Estimate,
  p75: Estimate,
  p90: Estimate,
  p95: Estimate,
  p99: Estimate,
})
export type PercentileIntervals = z.infer<typeof PercentileIntervals>

export const Metric = Distribution.extend({
  unit: z.enum(['ms', 'tokens/s']),
  /** Requests that ended well and for which the metric has no value, one-token replies in `tpot` for example. */
  excluded: z.int().nonnegative(),
  withFailures: WithFailures.optional(),
  /** Of latencies and the speeds made of them. Older results have none. */
  intervals: PercentileIntervals.optional(),
})
export type Metric = z.infer<typeof Metric>

export const MetricName = z.enum([
  'ttft',
  'ttfat',
  'tpot',
  'itl_compat',
  'e2e',
  'e2e_per_token',
  'interactivity',
  'e2e_interactivity',
  'dispatch_delay',
  'schedule_drift',
  'connect_time',
  'co_ttft',
  'co_e2e',
  'chunk_gap',
  'longest_chunk_gap',
])
export type MetricName = z.infer<typeof MetricName>

/** A metric without a single value is left out. */
export const Metrics = z.partialRecord(MetricName, Metric)
export type Metrics = z.infer<typeof Metrics>
