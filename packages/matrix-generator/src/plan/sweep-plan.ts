import { z } from 'zod'
import { SweepJob } from '../job/sweep-job.ts'
import { ReusedPoint } from './reuse.ts'

const id = SweepJob.shape.id
const hours = z.number().nonnegative()

/** All jobs of one sweep, in the order in which they should run. What was planned, for whoever runs it and for whoever collects. */
export const SweepPlan = z.strictObject({
  schema: z.literal('sweep-plan/1'),
  jobs: z.array(SweepJob),
  /** The job that runs before all others, which do not run if it fails; it stands first. */
  canary: id.optional(),
  /** What earlier sweeps have measured; only where somebody asked. These jobs are in the table and do not run. */
  reuse: z
    .strictObject({
      points: z.array(ReusedPoint),
      /** Why the others are measured. */
      others: z.array(z.strictObject({ why: z.string().max(200), jobs: z.array(id).min(1) })),
    })
    .optional(),
  /** Fleets that take only so many of these jobs at once, by profile; absent for those that take as many as they have runners. */
  maxParallel: z.record(z.string(), z.int().positive()).optional(),
  /** What the jobs that do run take, and what they may. */
  cost: z
    .strictObject({
      gpuHours: hours,
      wallHours: hours,
      /** GPU hours above which somebody has to say that they are meant. */
      budgetGpuHours: hours.optional(),
      confirmedGpuHours: hours.optional(),
    })
    .optional(),
})
export type SweepPlan = z.infer<typeof SweepPlan>
