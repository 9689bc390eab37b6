import type { ReplyEnd, ReplyTotals, UsageCounts } from '../reply-shape.ts'
import { ownVocabulary } from '../vocabulary.ts'

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

/** Where the tokens that were found in the cache came from; null where none were. Source: `get_cached_tokens_details` of SGLang 0.5.23. */
export function cachedDetails({
  cachedTokens,
  hostTokens = 0,
  diskTokens = 0,
}: Pick<ReplyTotals, 'cachedTokens' | 'hostTokens' | 'diskTokens'>): object | null {
  if (cachedTokens === 0) return null
  const device = cachedTokens - hostTokens - diskTokens
  return { device, host: hostTokens, ...(diskTokens > 0 && { storage: diskTokens }) }
}

/** The same beside a reply of OpenAI's routes, for a request that asks for it with `return_cached_tokens_details`; nothing where none were. */
export function sglextOf(totals: ReplyTotals): { readonly sglext?: object } {
  const details = cachedDetails(totals)
  return details ? { sglext: { cached_tokens_details: details } } : {}
}

/** What ended a reply: a string, or the id of a token; null where its length did. */
export function matchedStop({
  finishReason,
  stopReason,
  vocabulary = ownVocabulary,
}: ReplyEnd): string | number | null {
  return finishReason === 'stop' ? (stopReason ?? vocabulary.end.id) : null
}
