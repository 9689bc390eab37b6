import {
  type ReplyHead,
  type ReplyPiece,
  type ReplyShape,
  renderCounts,
  renderIds,
  systemFingerprint,
} from './reply-shape.ts'

/** Replies of `/v1/completions`. Source: replies of vLLM 0.32.0; the whole reply after its published schema. */
export function completionShape(head: ReplyHead): ReplyShape {
  const model = JSON.stringify(head.model)
  const opened = `{"id":${JSON.stringify(head.id)},"object":"text_completion","created":${head.created},"model":${model},"choices":[`
  const fingerprint = `,"system_fingerprint":"${systemFingerprint}"`
  return {
    piece: (piece) =>
      `${opened}${renderChoice(piece)}]${piece.usage ? `,"usage":{${renderCounts(piece.usage)}}` : ''}` +
      `${piece.last ? fingerprint : ''}}`,
    usageChunk: (usage) =>
      `${opened}],"usage":{${renderCounts(usage)},"prompt_tokens_details":{"cached_tokens":${usage.cachedTokens}}}${fingerprint}}`,
    whole: ({ text, finishReason, stopReason, usage, tokenIds, promptTokenIds }) =>
      `${opened}{"index":0,"text":${JSON.stringify(text)},"logprobs":null,"finish_reason":"${finishReason}",` +
      `"stop_reason":${JSON.stringify(stopReason)},"token_ids":${renderIds(tokenIds)},"prompt_logprobs":null,` +
      `"prompt_token_ids":${renderIds(promptTokenIds)}}],"service_tier":null${fingerprint},"usage":{${renderCounts(usage)},` +
      `"prompt_tokens_details":{"cached_tokens":${usage.cachedTokens},"created_cache_tokens":null,"multimodal_tokens":null},` +
      '"completion_tokens_details":null},"kv_transfer_params":null}',
  }
}

function renderChoice({ text, end, tokenIds, promptTokenIds }: ReplyPiece): string {
  return (
    `{"index":0,"text":${JSON.stringify(text)},"logprobs":null,` +
    `"finish_reason":${end ? `"${end.finishReason}"` : 'null'},"stop_reason":${JSON.stringify(end?.stopReason ?? null)},` +
    `"prompt_token_ids":${renderIds(promptTokenIds)},"token_ids":${renderIds(tokenIds)}}`
  )
}
