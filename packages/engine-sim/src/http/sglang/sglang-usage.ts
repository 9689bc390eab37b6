import { endOfSequenceId } from '../plan-reply.ts'
import type { ReplyEnd, UsageCounts } from '../reply-shape.ts'

/** Counts of tokens as SGLang writes them, in its order; what was found in the cache as with `--enable-cache-report`. */
export function sglangUsage({ promptTokens, completionTokens, cachedTokens }: UsageCounts & { cachedTokens?: number }) {
  return {
    prompt_tokens: promptTokens,
    total_tokens: promptTokens + completionTokens,
    completion_tokens: completionTokens,
    prompt_tokens_details: cachedTokens === undefined ? null : { cached_tokens: cachedTokens },
    reasoning_tokens: 0,
    completion_tokens_details: null,
  }
}

/** What ended a reply: a string, or the id of a token; null where its length did. */
export function matchedStop({ finishReason, stopReason }: ReplyEnd): string | number | null {
  return finishReason === 'stop' ? (stopReason ?? endOfSequenceId) : null
}
