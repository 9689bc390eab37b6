import type { ApiError } from './api-error.ts'
import type { CacheUsage, ReplyEnd, ReplyHead, ReplyShape, UsageCounts } from './reply-shape.ts'

/** How a reply of `/v1/messages` is written that comes in one piece. Source: `AnthropicMessagesResponse` of vLLM 0.33.0. */
export function wholeMessageShape(head: ReplyHead): Pick<ReplyShape, 'whole'> {
  return {
    whole: ({ text, usage, ...end }) => {
      const { stop_reason, stop_sequence } = stopOf(end)
      return JSON.stringify({
        ...openedMessage(head),
        content: [{ type: 'text', text }],
        model: head.model,
        stop_reason,
        ...(stop_sequence !== null && { stop_sequence }),
        usage: messageUsage(usage),
      })
    },
  }
}

/** What every message begins with. */
export function openedMessage({ id }: ReplyHead): { id: string; type: 'message'; role: 'assistant' } {
  return { id, type: 'message', role: 'assistant' }
}

/** Why it ended, in Anthropic's words. */
export function stopOf({ finishReason, stopReason }: ReplyEnd): { stop_reason: string; stop_sequence: string | null } {
  if (finishReason === 'length') return { stop_reason: 'max_tokens', stop_sequence: null }
  if (typeof stopReason === 'string') return { stop_reason: 'stop_sequence', stop_sequence: stopReason }
  return { stop_reason: 'end_turn', stop_sequence: null }
}

/** Anthropic's prompt is the sum of three: what was read from the cache, what was left in it, and the rest. */
export function messageUsage({
  promptTokens,
  completionTokens,
  cachedTokens,
  createdTokens,
}: UsageCounts & CacheUsage): object {
  return {
    input_tokens: promptTokens - cachedTokens - createdTokens,
    output_tokens: completionTokens,
    cache_creation_input_tokens: createdTokens,
    cache_read_input_tokens: cachedTokens,
  }
}

/** Anthropic's names of what went wrong, by status. Source: `_ANTHROPIC_ERROR_TYPE_BY_STATUS` of vLLM 0.33.0. */
const errorTypes: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  404: 'not_found_error',
  413: 'request_too_large',
  503: 'overloaded_error',
}

/** An error reply as Anthropic's clients read it. */
export function renderMessagesError({ message, status }: ApiError): string {
  const type = errorTypes[status] ?? (status >= 500 ? 'api_error' : 'invalid_request_error')
  return JSON.stringify({ type: 'error', error: { type, message } })
}
