import type { ReplyEnd, ReplyHead, ReplyShape } from '../reply-shape.ts'
import { matchedStop, sglangUsage, sglextOf } from './sglang-usage.ts'

/**
 * Replies of `/v1/completions`.
 *
 * Source: `entrypoints/openai/serving_completions.py` and `protocol.py` of SGLang 0.5.23. The usage of a chunk says nothing of the cache, and the
 * chunk of the whole usage leaves out what it does not say.
 *
 * @param tellsCache says where cached tokens came from.
 */
export function sglangCompletionShape({ id, created, model }: ReplyHead, tellsCache: boolean): ReplyShape {
  const opened = { id, object: 'text_completion', created, model }
  return {
    piece: ({ text, end, usage, tokenIds, promptTokenIds }) =>
      JSON.stringify({
        ...opened,
        choices: [{ ...choiceOf(text, end), ...idsOf(tokenIds, promptTokenIds) }],
        usage: usage ? sglangUsage(usage) : null,
      }),
    closing: (totals) => {
      const { sglext } = tellsCache ? sglextOf(totals) : {}
      return sglext && JSON.stringify({ ...opened, choices: [], usage: null, sglext })
    },
    usageChunk: (usage) => {
      const { completion_tokens_details: _none, ...told } = sglangUsage(usage)
      return JSON.stringify({ ...opened, choices: [], usage: told })
    },
    whole: ({ text, usage, tokenIds, promptTokenIds, ...end }) =>
      JSON.stringify({
        ...opened,
        choices: [{ ...choiceOf(text, end), ...idsOf(tokenIds, promptTokenIds) }],
        usage: sglangUsage(usage),
        metadata: { weight_version: 'default' },
        ...(tellsCache && sglextOf(usage)),
      }),
  }
}

function choiceOf(text: string, end: ReplyEnd | undefined): object {
  const matched = end ? matchedStop(end) : null
  return { index: 0, text, logprobs: null, finish_reason: end?.finishReason ?? null, matched_stop: matched }
}

function idsOf(tokenIds: readonly number[] | undefined, promptTokenIds: readonly number[] | undefined): object {
  return { ...(tokenIds && { token_ids: tokenIds }), ...(promptTokenIds && { prompt_token_ids: promptTokenIds }) }
}
