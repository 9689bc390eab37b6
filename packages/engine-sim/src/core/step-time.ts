import type { StepTime } from './engine-config.ts'

/** What a step's duration depends on; a `StepPlan` is one. */
export interface StepWork {
  readonly prefillTokens: number
  readonly prefillContextTokens: number
  readonly decodes: number
  readonly decodeContextTokens: number
}

/**
 * Milliseconds that a step takes: linear in its prefill tokens, in prefill tokens x context, in its decoding sequences and in their context.
 *
 * Source: docs/decisions/0004-step-time.md
 */
export function stepMs(time: StepTime, work: StepWork): number {
  return (
    time.baseMs +
    time.prefillMsPerToken * work.prefillTokens +
    time.prefillMsPerMillionTokenContext * (work.prefillContextTokens / 1e6) +
    time.decodeMsPerSequence * work.decodes +
    time.decodeMsPerThousandContext * (work.decodeContextTokens / 1e3)
  )
}
