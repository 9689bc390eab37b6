import { MeasuredPoint, SweepJob } from '@reprise/matrix-generator'
import { z } from 'zod'
import { JobStatus } from './job-status.ts'
import { Result } from './result.ts'

/** A planned job, and what came of it. A failed one may have results too; they are kept for whoever looks into it. */
export const CollectedJob = z.strictObject({
  job: SweepJob,
  status: JobStatus,
  results: z.array(Result),
  /** The earlier run that measured it. Absent: this sweep did. */
  reusedFrom: MeasuredPoint.shape.run.optional(),
})
export type CollectedJob = z.infer<typeof CollectedJob>

/** Everything of a sweep in one value: a row for every planned job, in the order of the plan. */
export const Collection = z.strictObject({
  schema: z.literal('collection/1'),
  totals: z.strictObject({
    jobs: z.int().nonnegative(),
    done: z.int().nonnegative(),
    failed: z.int().nonnegative(),
  }),
  rows: z.array(CollectedJob),
  /** What lay among the jobs and is none of the plan. Never a row. */
  strays: z.array(z.strictObject({ name: z.string(), problem: z.string() })),
})
export type Collection = z.infer<typeof Collection>
