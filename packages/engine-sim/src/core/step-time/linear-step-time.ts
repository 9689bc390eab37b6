import { z } from 'zod'
import type { StepWork } from './step-work.ts'

/**
 * Milliseconds that one scheduler step takes:
 *
 *   baseMs
 *   + prefillMsPerToken            x prefill tokens in the step
 *   + prefillMsPerMillionTokenContext x sum over prefill chunks of (tokens x mean context of the chunk) / 1e6
 *   + decodeMsPerSequence          x decoding sequences
 *   + decodeMsPerThousandContext   x sum of their context lengths / 1e3
 *
 * Source: the form that fits a real vLLM's logged steps with R2 >= 0.988; docs/decisions/0004-step-time.md
 */
export const LinearStepTime = z.strictObject({
  /** Absent: the same. */
  kind: z.literal('linear').optional(),
  baseMs: z.number().nonnegative(),
  prefillMsPerToken: z.number().nonnegative(),
  prefillMsPerMillionTokenContext: z.number().nonnegative(),
  decodeMsPerSequence: z.number().nonnegative(),
  decodeMsPerThousandContext: z.number().nonnegative(),
})
export type LinearStepTime = z.infer<typeof LinearStepTime>

/** Numbers alone. */
export type LinearConstants = Omit<LinearStepTime, 'kind'>

/**
 * Milliseconds that a step takes: linear in its prefill tokens, in prefill tokens x context, in its decoding sequences and in their context.
 *
 * Source: docs/decisions/0004-step-time.md
 */
export function linearStepMs(time: LinearStepTime, work: StepWork): number {
  return (
    time.baseMs +
    time.prefillMsPerToken * work.prefillTokens +
    time.prefillMsPerMillionTokenContext * (work.prefillContextTokens / 1e6) +
    time.decodeMsPerSequence * work.decodes +
    time.decodeMsPerThousandContext * (work.decodeContextTokens / 1e3)
  )
}
