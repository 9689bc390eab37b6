import { z } from 'zod'
import { NoIntervalReason } from './estimate.ts'

/** Metrics that a run may be told to measure so exactly. */
export const PrecisionMetric = z.enum(['ttft', 'ttfat', 'tpot', 'itl_compat', 'e2e', 'co_ttft', 'co_e2e'])
export type PrecisionMetric = z.infer<typeof PrecisionMetric>

/** How exactly a percentile is wanted: half of its 95 % interval, as a share of it. */
export const PrecisionTarget = z.strictObject({
  metric: PrecisionMetric,
  /** In percent: 50, 90, 99. */
  percentile: z.number().gt(0).lt(100),
  halfWidthShare: z.number().positive(),
})
export type PrecisionTarget = z.infer<typeof PrecisionTarget>

/** What a run reached that had such a target, at the last instant at which it looked. */
export const Precision = PrecisionTarget.extend({
  /** How often it looked. */
  looks: z.int().nonnegative(),
  /** Profiled time at the last look. Absent: it never came to one. */
  atMs: z.number().positive().optional(),
  /** Absent where no interval could be told. */
  reachedShare: z.number().nonnegative().optional(),
  /** The interval itself. */
  interval: z.strictObject({ low: z.number(), high: z.number() }).optional(),
  notEstimable: NoIntervalReason.optional(),
})
export type Precision = z.infer<typeof Precision>
