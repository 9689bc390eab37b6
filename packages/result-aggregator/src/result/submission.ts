import { z } from 'zod'

/** Whether a run is one that the publisher of its preset would take. */
export const Submission = z.strictObject({
  /** Whose results they are. */
  by: z.string(),
  official: z.boolean(),
  /** `name: sentence`, the names being the publisher's. Empty where it is official. */
  reasons: z.array(z.string()),
})
export type Submission = z.infer<typeof Submission>
