import type { ChoicePiece, ChoicesShape, TokensAsked, WholeChoice } from './choices-shape.ts'
import { likeliest, type TokenLogProb } from './log-probs.ts'
import { type ReplyHead, renderCounts, renderIds, systemFingerprint, type UsageCounts } from './reply-shape.ts'
import { renderTimes, renderTimesField } from './request-times.ts'
import type { Token } from './vocabulary.ts'

/** Replies of `/v1/chat/completions`. Source: replies of vLLM 0.32.0; what is told of tokens after `ChatCompletionLogProbs` of 0.33.0. */
export function chatShape(head: ReplyHead): ChoicesShape {
  const model = JSON.stringify(head.model)
  const id = JSON.stringify(head.id)
  const opened = `{"id":${id},"object":"chat.completion.chunk","created":${head.created},"model":${model},"choices":[`
  const fingerprint = `,"system_fingerprint":"${systemFingerprint}"`
  return {
    opening: {
      choice: (index, { usage, promptTokenIds }) =>
        `${opened}{"index":${index},"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}]` +
        `${renderUsageSoFar(usage)},"prompt_token_ids":${renderIds(promptTokenIds)},"prompt_text":null}`,
      echo: (index, text, usage) =>
        `${opened}{"index":${index},"delta":{"content":${JSON.stringify(text)}},"logprobs":null,"finish_reason":null}]` +
        `${renderUsageSoFar(usage)}}`,
    },
    piece: (piece) =>
      `${opened}${renderChoice(piece)}]${renderUsageSoFar(piece.usage)}${piece.last ? fingerprint : ''}}`,
    usageChunk: (usage) =>
      `${opened}],"usage":{${renderCounts(usage)},"prompt_tokens_details":{"cached_tokens":${usage.cachedTokens},` +
      `"created_cache_tokens":${usage.createdTokens}}}${fingerprint}${renderTimesField(head, usage)}}`,
    whole: (choices, usage) =>
      `{"id":${id},"object":"chat.completion","created":${head.created},"model":${model},` +
      `"choices":[${choices.map(renderWholeChoice).join(',')}],` +
      `"service_tier":null${fingerprint},"usage":{${renderCounts(usage)},"prompt_tokens_details":` +
      `{"cached_tokens":${usage.cachedTokens},"created_cache_tokens":${usage.createdTokens},"multimodal_tokens":null},` +
      `"completion_tokens_details":null},"prompt_logprobs":${choices[0]?.promptLogProbs ?? 'null'},"prompt_token_ids":${renderIds(choices[0]?.promptTokenIds)},` +
      `"prompt_text":null,"kv_transfer_params":null,"ec_transfer_params":null,"metrics":${renderTimes(head, usage)}}`,
    logProbs: (tokens, asked) => JSON.stringify({ content: tokens.map((token) => chatLogProb(token, asked)) }),
  }
}

function renderChoice({ index, text, end, tokenIds, logProbs = 'null' }: ChoicePiece): string {
  const reason = end ? `"${end.finishReason}","stop_reason":${JSON.stringify(end.stopReason)}` : 'null'
  return (
    `{"index":${index},"delta":{"content":${JSON.stringify(text)}},"logprobs":${logProbs},"finish_reason":${reason},` +
    `"token_ids":${renderIds(tokenIds)}}`
  )
}

function renderWholeChoice({ text, finishReason, stopReason, tokenIds, logProbs }: WholeChoice, index: number): string {
  return (
    `{"index":${index},"message":{"role":"assistant","content":${JSON.stringify(text)},"refusal":null,"annotations":null,` +
    `"audio":null,"function_call":null,"reasoning":null},"logprobs":${logProbs ?? 'null'},"finish_reason":"${finishReason}",` +
    `"stop_reason":${JSON.stringify(stopReason)},"token_ids":${renderIds(tokenIds)},"routed_experts":null}`
  )
}

function renderUsageSoFar(usage: UsageCounts | undefined): string {
  return usage ? `,"usage":{${renderCounts(usage)},"completion_tokens_details":null}` : ''
}

/** The token itself is the first of the likeliest that are shown, whether it is one of them or not. */
function chatLogProb(token: Token, { top, vocabulary }: TokensAsked): object {
  const all = likeliest(token, top, vocabulary)
  return { ...logProb(all[0]!), top_logprobs: all.slice(0, top).map(logProb) }
}

function logProb({ text, logProb: logprob }: TokenLogProb): object {
  return { token: text, logprob, bytes: [...Buffer.from(text)] }
}
