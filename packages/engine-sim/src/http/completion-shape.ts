import type { ChoicePiece, ChoicesShape, TokensAsked, WholeChoice } from './choices-shape.ts'
import { likeliest } from './log-probs.ts'
import { type ReplyHead, renderCounts, renderIds, systemFingerprint } from './reply-shape.ts'
import { renderTimes, renderTimesField } from './request-times.ts'
import type { Token } from './vocabulary.ts'

/** Replies of `/v1/completions`. Source: replies of vLLM 0.32.0; the whole reply and what is told of tokens after `CompletionResponse` of 0.33.0. */
export function completionShape(head: ReplyHead): ChoicesShape {
  const model = JSON.stringify(head.model)
  const opened = `{"id":${JSON.stringify(head.id)},"object":"text_completion","created":${head.created},"model":${model},"choices":[`
  const fingerprint = `,"system_fingerprint":"${systemFingerprint}"`
  return {
    piece: (piece) =>
      `${opened}${renderChoice(piece)}]${piece.usage ? `,"usage":{${renderCounts(piece.usage)}}` : ''}` +
      `${piece.last ? fingerprint : ''}}`,
    usageChunk: (usage) =>
      `${opened}],"usage":{${renderCounts(usage)},"prompt_tokens_details":{"cached_tokens":${usage.cachedTokens}}}` +
      `${fingerprint}${renderTimesField(head, usage)}}`,
    whole: (choices, usage) =>
      `${opened}${choices.map(renderWholeChoice).join(',')}],"service_tier":null${fingerprint},"usage":{${renderCounts(usage)},` +
      `"prompt_tokens_details":{"cached_tokens":${usage.cachedTokens},"created_cache_tokens":null,"multimodal_tokens":null},` +
      `"completion_tokens_details":null},"kv_transfer_params":null,"ec_transfer_params":null,"metrics":${renderTimes(head, usage)}}`,
    logProbs: renderLogProbs,
  }
}

function renderChoice({ index, text, end, tokenIds, promptTokenIds, logProbs }: ChoicePiece): string {
  return (
    `{"index":${index},"text":${JSON.stringify(text)},"logprobs":${logProbs ?? 'null'},` +
    `"finish_reason":${end ? `"${end.finishReason}"` : 'null'},"stop_reason":${JSON.stringify(end?.stopReason ?? null)},` +
    `"prompt_token_ids":${renderIds(promptTokenIds)},"token_ids":${renderIds(tokenIds)}}`
  )
}

function renderWholeChoice(choice: WholeChoice, index: number): string {
  const { text, finishReason, stopReason, tokenIds, promptTokenIds, logProbs, promptLogProbs } = choice
  return (
    `{"index":${index},"text":${JSON.stringify(text)},"logprobs":${logProbs ?? 'null'},"finish_reason":"${finishReason}",` +
    `"stop_reason":${JSON.stringify(stopReason)},"token_ids":${renderIds(tokenIds)},"prompt_logprobs":${promptLogProbs ?? 'null'},` +
    `"prompt_token_ids":${renderIds(promptTokenIds)},"routed_experts":null}`
  )
}

/** Beside each token stand itself and as many of the likeliest as were asked for; beside the first of a prompt nothing does. */
function renderLogProbs(tokens: readonly Token[], { top, offset, isBeginning, vocabulary }: TokensAsked): string {
  const all = tokens.map((token, at) => (isBeginning && at === 0 ? undefined : likeliest(token, top, vocabulary)))
  let chars = offset
  return JSON.stringify({
    text_offset: tokens.map(({ text }) => {
      chars += text.length
      return chars - text.length
    }),
    token_logprobs: all.map((likely) => likely?.[0]?.logProb ?? null),
    tokens: tokens.map(({ text }) => text),
    top_logprobs: all.map((likely) => likely && Object.fromEntries(likely.map(({ text, logProb }) => [text, logProb]))),
  })
}
