import { z } from 'zod'

/** How long something lasts, where not all of it had ended: by Kaplan and Meier. A percentile that the data do not reach is absent. */
export const Survival = z.strictObject({
  /** That ended. */
  n: z.int().nonnegative(),
  /** That had not ended when the measurement did. Absent: none. */
  cutOff: z.int().positive().optional(),
  p50: z.number().optional(),
  p75: z.number().optional(),
  p90: z.number().optional(),
  p95: z.number().optional(),
  p99: z.number().optional(),
})
export type Survival = z.infer<typeof Survival>
