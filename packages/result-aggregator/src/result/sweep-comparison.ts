import { z } from 'zod'

/** What the points of two sweeps are compared by, in the order of their columns. */
export const comparedFigures = [
  'ttft_p50_ms',
  'ttft_p90_ms',
  'tpot_p50_ms',
  'interactivity_p50_tokens_per_s',
  'output_tokens_per_s_per_gpu',
  'cache_hit_measured',
] as const
export type ComparedFigure = (typeof comparedFigures)[number]

const Sides = z.strictObject({ before: z.string().optional(), after: z.string().optional() })

/** One point of either sweep. `before` or `after` is absent where that sweep has no such point. */
export const ComparedPoint = z.strictObject({
  configKey: z.string(),
  name: z.string(),
  lanes: z.int().positive(),
  /** Verdict, or `FAILED` and the class. */
  before: z.string().optional(),
  after: z.string().optional(),
  /** In what the two jobs differ, by field of the row. */
  job: z.record(z.string(), Sides),
  /** In what their requests differ. Where in anything, the figures are of another work, and their differences mean nothing. */
  work: z.record(z.string(), Sides),
  /** As far as measured. */
  figures: z.partialRecord(
    z.enum(comparedFigures),
    z.strictObject({
      before: z.number().optional(),
      after: z.number().optional(),
      /** 95 % interval of after / before, of shares of after - before. Absent where one has none. */
      change: z.strictObject({ low: z.number(), high: z.number() }).optional(),
    }),
  ),
})
export type ComparedPoint = z.infer<typeof ComparedPoint>

/** Two sweeps, point by point, in the order of the later one; then what only the earlier one has. */
export const SweepComparison = z.strictObject({
  schema: z.literal('sweep-comparison/1'),
  points: z.array(ComparedPoint),
})
export type SweepComparison = z.infer<typeof SweepComparison>
