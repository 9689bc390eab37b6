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
 *   + prefillMsPerToken            x drafts that are verified, as they are computed with the model like tokens of a prompt
 *   + draftMs                      x drafts that are made for each sequence, one after another
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
  /** Default 0. */
  prefillMsPerSequence: z.number().nonnegative().optional(),
  /** Default 0. */
  prefillMsPerThousandContext: z.number().nonnegative().optional(),
  /** Of a pass of the draft head over the batch. Default 0. */
  draftMs: z.number().nonnegative().optional(),
})
export type LinearStepTime = z.infer<typeof LinearStepTime>

/** Numbers alone. */
export type FittedConstants = Omit<LinearStepTime, 'kind' | 'draftMs'>
/** Those that every description of the form has. */
export type LinearConstants = Omit<FittedConstants, 'prefillMsPerSequence' | 'prefillMsPerThousandContext'>

/**
 * Milliseconds that a step takes: linear in its prefill tokens, in prefill tokens x context, in its decoding sequences and in their context.
 *
 * Source: docs/decisions/0004-step-time.md
 */
export function linearStepMs(time: LinearStepTime, work: StepWork, draftPasses = 0): number {
  const { draftTokens = 0 } = work
  return (
    (time.draftMs ?? 0) * draftPasses +
    time.prefillMsPerToken * draftTokens +
    time.baseMs +
    time.prefillMsPerToken * work.prefillTokens +
    time.prefillMsPerMillionTokenContext * (work.prefillContextTokens / 1e6) +
    (time.prefillMsPerSequence ?? 0) * work.prefills +
    (time.prefillMsPerThousandContext ?? 0) * (work.prefillReachTokens / 1e3) +
    time.decodeMsPerSequence * work.decodes +
    time.decodeMsPerThousandContext * (work.decodeContextTokens / 1e3)
  )
}
