import { z } from 'zod'

/** Why no interval is given; docs/intervals.md has the bounds. */
export const NoIntervalReason = z.enum([
  /** Too few values for this percentile even if each told something of its own. */
  'few-values',
  /** Too few plays to tell how plays differ. */
  'few-plays',
  /** The window is too short to see how the load drifts. */
  'short-window',
  /** It would reach beyond the lowest or the highest value seen. */
  'beyond-values',
  /** It would reach into requests that the end of the run cut off. */
  'cut-off',
  /** The end cut off so many that the server did not keep up: its figures grow with the window. */
  'fell-behind',
  /** The load, not the server, decides the figure. */
  'offered-load',
])
export type NoIntervalReason = z.infer<typeof NoIntervalReason>

export const Interval = z.strictObject({
  low: z.number(),
  high: z.number(),
  /** Half of `high - low` as a share of the figure. Absent where the figure is 0. */
  halfWidthShare: z.number().nonnegative().optional(),
  /** Of its error, where each run has its own: few where the figure follows the load of the server, many where plays differ. */
  degrees: z.number().positive().optional(),
})
export type Interval = z.infer<typeof Interval>

export const NotEstimable = z.strictObject({ notEstimable: NoIntervalReason })
export type NotEstimable = z.infer<typeof NotEstimable>

/** How far a figure can be trusted, or why nobody can tell. */
export const Estimate = z.union([Interval, NotEstimable])
export type Estimate = z.infer<typeof Estimate>

/** What the intervals of some figures rest on. */
export const IntervalBasis = z.strictObject({
  /** `play-time`: within one run, by how its plays and its times differ; `repeats`: between runs that differ in their seeds. */
  method: z.enum(['play-time', 'repeats']),
  /** Share of runs whose interval holds the long-run value, nominally. */
  level: z.literal(0.95),
  /** Requests; of `repeats`, runs. */
  n: z.int().nonnegative(),
  /** Equally large plays that tell as much as those of the n requests do (Kish); of `repeats`, runs. */
  effectiveN: z.number().nonnegative(),
})
export type IntervalBasis = z.infer<typeof IntervalBasis>

export function isInterval(estimate: Estimate | undefined): estimate is Interval {
  return estimate !== undefined && 'low' in estimate
}
