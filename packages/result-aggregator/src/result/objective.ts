import { z } from 'zod'
import { NoIntervalReason } from './estimate.ts'
import { SloName } from './goodput.ts'

/** What a percentile has to keep: so many percent of the requests are within the bound. Of a speed the percentile is that of its slow end, as in results. */
export const Objective = z.strictObject({
  metric: SloName,
  /** In percent, above 0 and below 100. */
  percentile: z.number().gt(0).lt(100),
  /** Longest milliseconds, or least tokens per second. */
  bound: z.number().positive(),
})
export type Objective = z.infer<typeof Objective>

/** `keeps` and `breaks` are certain, as far as an interval of 95 % is. */
export const ObjectiveVerdict = z.enum(['keeps', 'breaks', 'unclear'])
export type ObjectiveVerdict = z.infer<typeof ObjectiveVerdict>

/** Why a verdict is unclear: the share of requests is `close` to the wanted one, or nobody can tell how far it can be trusted. */
export const UnclearReason = z.enum(['close', ...NoIntervalReason.options])
export type UnclearReason = z.infer<typeof UnclearReason>

const count = z.int().nonnegative()

/** How an objective fared in a run. */
export const ObjectiveShare = z.strictObject({
  /** Requests with a value, and those that failed or were cut off, which count as infinitely slow. */
  n: count,
  /** Of these, within the bound. */
  within: count,
  /** The percentile itself. Absent: there is none, or it is of those that are infinitely slow. */
  value: z.number().optional(),
  /** By how much the share may be off either way. Absent: nobody can tell. */
  uncertainty: z.number().nonnegative().optional(),
  verdict: ObjectiveVerdict,
  why: UnclearReason.optional(),
})
export type ObjectiveShare = z.infer<typeof ObjectiveShare>
