import type { RequestRecord } from '@reprise/replay-engine'
import { replyPace } from './reply-pace.ts'

/**
 * Mean time from token to token after the first read: (last token - first token) / (output tokens - tokens in the first read).
 *
 * `undefined`, not 0, when the reply shows no such step: one token or none, nearly all of them at one instant, or tokens kept back.
 */
export function timePerOutputToken(record: RequestRecord): number | undefined {
  const pace = replyPace(record)
  return pace.kind === 'seen' ? pace.elapsedMs / pace.steps : undefined
}

/**
 * The inter-token latency that InferenceX and AIPerf publish: (end to end - time to first token) / (output tokens - 1).
 *
 * Too small when the first read brought several tokens; kept for comparison. `undefined` where the time per output token is.
 */
export function interTokenLatency(record: RequestRecord): number | undefined {
  const pace = replyPace(record)
  return pace.kind === 'seen' ? pace.elapsedMs / (pace.tokens - 1) : undefined
}
