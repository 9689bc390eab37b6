import { z } from 'zod'

/** What a result is asked before its verdict. The first five are those of InferenceX's validate_agentic_result.py, by its words. */
export const GateName = z.enum([
  'aggregate',
  'request_count',
  'completed_requests',
  'error_rate',
  'finite_values',
  'order_of_values',
  'limits',
  'verdict',
  'records',
])
export type GateName = z.infer<typeof GateName>

export const Gate = z.strictObject({
  name: GateName,
  outcome: z.enum(['pass', 'fail', 'not-checked']),
  says: z.string(),
})
export type Gate = z.infer<typeof Gate>

/** `code: sentence`, taken apart. */
export const TypedReason = z.strictObject({ code: z.string(), says: z.string() })
export type TypedReason = z.infer<typeof TypedReason>

/** Whether a result is one to be published, and of whose kind. */
export const Validation = z.strictObject({
  schema: z.literal('validation/1'),
  path: z.string(),
  /** `records`: everything was computed anew from them; `result`: by the word of whoever wrote it. */
  by: z.enum(['records', 'result']),
  /** `invalid` also where a gate fails; `unreadable`: there is no result to be judged. */
  verdict: z.enum(['valid', 'indicative', 'invalid', 'unreadable']),
  gates: z.array(Gate),
  /** Of the verdict, by the limits of this version, whatever bounds the result has. */
  reasons: z.array(TypedReason),
  /** Only of presets that somebody publishes by. `unconfirmed`: nothing speaks against it, and there are no records. */
  submission: z
    .strictObject({
      by: z.string(),
      official: z.union([z.boolean(), z.literal('unconfirmed')]),
      reasons: z.array(TypedReason),
    })
    .optional(),
})
export type Validation = z.infer<typeof Validation>
