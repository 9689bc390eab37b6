import { countAt, type JsonObject, objectAt } from './json-fields.ts'

/** Tokens of a reply as the server counts them. */
export interface ReplyUsage {
  readonly inputTokens: number
  readonly outputTokens: number
  /** Prompt tokens found in the prefix cache: a number, 0 included, where the server says; absent where it does not. */
  readonly cachedTokens?: number
}

/**
 * The `usage` of an OpenAI-style body or chunk; undefined where it is absent, null or has no prompt count.
 *
 * A missing `completion_tokens` is 0: servers leave it out where nothing was generated.
 */
export function parseUsage(body: JsonObject): ReplyUsage | undefined {
  const usage = objectAt(body, 'usage')
  const inputTokens = usage && countAt(usage, 'prompt_tokens')
  if (usage === undefined || inputTokens === undefined) return undefined
  const details = objectAt(usage, 'prompt_tokens_details')
  const cachedTokens = details && countAt(details, 'cached_tokens')
  return {
    inputTokens,
    outputTokens: countAt(usage, 'completion_tokens') ?? 0,
    ...(cachedTokens !== undefined && { cachedTokens }),
  }
}

/** The later of two usages of one reply. Cached tokens that only the earlier one named are kept. */
export function laterUsage(earlier: ReplyUsage | undefined, later: ReplyUsage): ReplyUsage {
  const cachedTokens = later.cachedTokens ?? earlier?.cachedTokens
  return cachedTokens === undefined ? later : { ...later, cachedTokens }
}
