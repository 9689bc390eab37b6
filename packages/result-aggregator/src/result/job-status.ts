import { MeasuredPoint } from '@reprise/matrix-generator'
import { z } from 'zod'

/**
 * Why a job has no usable result, by who can act: `infrastructure` the operator of the host, `recipe` the recipe's author, `server` it
 * died or failed while it was measured, `replay` too many requests failed, `result` the numbers are not valid, `eval` an evaluation
 * failed or is not configured, `cancelled` somebody stopped it, `missing` it left no word, `unreadable` what it left is not what it says.
 */
export const JobFailureClass = z.enum([
  'infrastructure',
  'recipe',
  'server',
  'replay',
  'result',
  'eval',
  'cancelled',
  'missing',
  'unreadable',
])
export type JobFailureClass = z.infer<typeof JobFailureClass>

/** How one job of a sweep ended; `status.json` in what it uploads. */
export const JobStatus = z.strictObject({
  schema: z.literal('job-status/1'),
  /** Of the job: see SweepJob. */
  id: z.string().regex(/^[0-9a-f]{16}$/),
  name: z.string().max(200),
  configKey: z.string().max(200),
  outcome: z.enum(['done', 'failed']),
  /** Present exactly when it failed. */
  failure: z
    .strictObject({
      class: JobFailureClass,
      /** Where: a phase of the launch, `replay`, `eval`. */
      phase: z.string().max(40).optional(),
      /** One line. */
      message: z.string().max(1_000),
      /** Last lines of the server's log. */
      logTail: z.array(z.string().max(2_000)).max(100).optional(),
    })
    .optional(),
  /** `not-requested`: the row does not ask for one. */
  evaluation: z.enum(['not-requested', 'not-configured', 'passed', 'failed']),
  /** The one command that does the same again. */
  reproduce: z.string().max(4_000),
  /** Of the image that its server ran in; absent where there was none, or nobody could say. */
  imageDigest: MeasuredPoint.shape.imageDigest,
  /** Milliseconds that the server took to each phase of its launch. */
  launchMs: z.record(z.string(), z.number().nonnegative()).optional(),
  /** Nodes that its host had found unfit before it found those that it ran on, and why. */
  leftOut: z
    .array(z.strictObject({ node: z.string().max(253), reason: z.string().max(1_000) }))
    .max(1_000)
    .optional(),
})
export type JobStatus = z.infer<typeof JobStatus>
