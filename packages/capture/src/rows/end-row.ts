import type { ExchangeReply, ExchangeRequest } from '../exchange.ts'
import type { Identity } from '../identity/session-tree.ts'
import type { HashedPrompt } from '../prompt/prompt-tree.ts'

/** All that the record of a request is made of. */
export interface EndedRequest {
  readonly request: Pick<ExchangeRequest, 'id' | 'receivedMs'>
  readonly reply: ExchangeReply
  readonly identity: Identity
  readonly model: string | undefined
  readonly clientRequestId: string | undefined
  readonly isFinal: boolean
  readonly prompt: HashedPrompt
  readonly blockSize: number
  readonly outputTokens: number
  /** Of prompt and reply. */
  readonly replyHashes: BigUint64Array
  /** Where the tokens come from. */
  readonly tokens: string
  /** `prompt`, `reply`: what those failed to count, so that its tokens are approximated. */
  readonly approximated: readonly string[]
  readonly hashScope: 'session' | 'global'
  readonly originUnixMs: number
}

/**
 * The end of a request as a row of Dynamo's request trace, on one line. What that has no field for stands in `capture`, which its readers pass over.
 *
 * Source: Dynamo's `request_trace` types, schema `dynamo.request.trace.v1`.
 */
export function renderEndRow(ended: EndedRequest): string {
  const { request, reply, identity, prompt, outputTokens, originUnixMs } = ended
  const receivedMs = Math.round(originUnixMs + request.receivedMs)
  const totalMs = rounded(reply.doneMs - request.receivedMs)
  const { session, parent, by } = identity
  const event = {
    schema: 'dynamo.request.trace.v1',
    event_type: 'request_end',
    event_time_unix_ms: receivedMs + Math.round(totalMs),
    event_source: 'dynamo',
    agent_context: {
      session_id: session,
      ...(parent !== undefined && { parent_session_id: parent }),
      ...(ended.isFinal && { session_final: true }),
    },
    capture: {
      ...{ by: 'reprise', identity: by, tokens: ended.tokens, hash_scope: ended.hashScope },
      ...(ended.approximated.length > 0 && { approximated: ended.approximated }),
      ...(reply.end !== 'complete' && { end: reply.end }),
    },
    request: {
      request_id: request.id,
      ...(ended.clientRequestId !== undefined && { x_request_id: ended.clientRequestId }),
      ...(ended.model !== undefined && { model: ended.model }),
      input_tokens: reply.usage?.inputTokens ?? prompt.inputTokens,
      output_tokens: outputTokens,
      ...(reply.usage?.cachedTokens !== undefined && { cached_tokens: reply.usage.cachedTokens }),
      request_received_ms: receivedMs,
      ...timesOf(request.receivedMs, reply, outputTokens),
      total_time_ms: totalMs,
      ...finishOf(reply),
      replay: { trace_block_size: ended.blockSize, input_length: prompt.inputTokens },
    },
  }
  // A hash has more digits than a number of JavaScript, so lists of them are put in as text.
  const lists = [
    `"input_sequence_hashes":[${prompt.hashes.join(',')}]`,
    ...(outputTokens > 0 ? [`"completion_sequence_hashes":[${ended.replyHashes.join(',')}]`] : []),
  ]
  return `${JSON.stringify(event).slice(0, -'}}}'.length)},${lists.join(',')}}}}`
}

function timesOf(receivedMs: number, { firstTokenMs, lastTokenMs }: ExchangeReply, outputTokens: number): object {
  if (firstTokenMs === undefined) return {}
  const hasGaps = lastTokenMs !== undefined && lastTokenMs > firstTokenMs && outputTokens > 1
  return {
    ttft_ms: rounded(firstTokenMs - receivedMs),
    ...(hasGaps && { avg_itl_ms: rounded((lastTokenMs - firstTokenMs) / (outputTokens - 1)) }),
  }
}

function finishOf({ finishReason, toolCalls }: ExchangeReply): object {
  if (finishReason === undefined && toolCalls.length === 0) return {}
  return {
    finish_reason_metadata: {
      ...(finishReason !== undefined && { finish_reason: word(finishReason, 100) }),
      tool_calls: toolCalls.map(({ choice, index, id, name }) => ({
        ...{ choice_index: choice, tool_call_index: index },
        ...(id !== undefined && { id: word(id, 200) }),
        name: word(name, 200),
      })),
    },
  }
}

/** What a server sends is no more than a name. */
export function word(text: string, longest: number): string {
  return text.replace(/[^\x21-\x7e]+/g, '_').slice(0, longest)
}

/** To the microsecond. */
function rounded(ms: number): number {
  return Math.round(1e3 * ms) / 1e3
}
