import {
  type ReplyHead,
  type ReplyPiece,
  type ReplyShape,
  renderCounts,
  renderIds,
  systemFingerprint,
  type UsageCounts,
} from './reply-shape.ts'

/** Replies of `/v1/chat/completions`. Source: replies of vLLM 0.32.0. */
export function chatShape(head: ReplyHead): ReplyShape {
  const model = JSON.stringify(head.model)
  const id = JSON.stringify(head.id)
  const opened = `{"id":${id},"object":"chat.completion.chunk","created":${head.created},"model":${model},"choices":[`
  const fingerprint = `,"system_fingerprint":"${systemFingerprint}"`
  return {
    opening: ({ usage, promptTokenIds }) =>
      `${opened}{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}]` +
      `${renderUsageSoFar(usage)},"prompt_token_ids":${renderIds(promptTokenIds)},"prompt_text":null}`,
    piece: (piece) =>
      `${opened}${renderChoice(piece)}]${renderUsageSoFar(piece.usage)}${piece.last ? fingerprint : ''}}`,
    usageChunk: (usage) =>
      `${opened}],"usage":{${renderCounts(usage)},"prompt_tokens_details":{"cached_tokens":${usage.cachedTokens},` +
      `"created_cache_tokens":${usage.createdTokens}}}${fingerprint}}`,
    whole: ({ text, finishReason, stopReason, usage, tokenIds, promptTokenIds }) =>
      `{"id":${id},"object":"chat.completion","created":${head.created},"model":${model},"choices":[{"index":0,` +
      `"message":{"role":"assistant","content":${JSON.stringify(text)},"refusal":null,"annotations":null,"audio":null,` +
      `"function_call":null,"reasoning":null},"logprobs":null,"finish_reason":"${finishReason}",` +
      `"stop_reason":${JSON.stringify(stopReason)},"token_ids":${renderIds(tokenIds)},"routed_experts":null}],` +
      `"service_tier":null${fingerprint},"usage":{${renderCounts(usage)},"prompt_tokens_details":` +
      `{"cached_tokens":${usage.cachedTokens},"created_cache_tokens":${usage.createdTokens},"multimodal_tokens":null},` +
      `"completion_tokens_details":null},"prompt_logprobs":null,"prompt_token_ids":${renderIds(promptTokenIds)},` +
      '"prompt_text":null,"kv_transfer_params":null,"ec_transfer_params":null,"metrics":null}',
  }
}

function renderChoice({ text, end, tokenIds }: ReplyPiece): string {
  const reason = end ? `"${end.finishReason}","stop_reason":${JSON.stringify(end.stopReason)}` : 'null'
  return (
    `{"index":0,"delta":{"content":${JSON.stringify(text)}},"logprobs":null,"finish_reason":${reason},` +
    `"token_ids":${renderIds(tokenIds)}}`
  )
}

function renderUsageSoFar(usage: UsageCounts | undefined): string {
  return usage ? `,"usage":{${renderCounts(usage)},"completion_tokens_details":null}` : ''
}
