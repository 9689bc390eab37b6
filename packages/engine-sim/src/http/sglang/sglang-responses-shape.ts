import { randomUUID } from 'node:crypto'
import type { ResponsesRequest } from '@reprise/wire'
import type { ReplyEnd, ReplyHead, ReplyTotals, UsageCounts, WholeReply } from '../reply-shape.ts'

type Counts = UsageCounts & Pick<ReplyTotals, 'cachedTokens'>

/** A response that is over, or `in_progress`. */
export interface SglangResponseState {
  readonly output: readonly object[]
  /** Absent while it is in the making. */
  readonly ended?: { readonly end: ReplyEnd | undefined; readonly usage: Counts }
}

/** How a response is written that comes in one piece; one without text has no message. */
export function wholeSglangResponse(head: ReplyHead, asked: ResponsesRequest) {
  const whole = ({ text, usage, ...end }: WholeReply): string => {
    const output = text === '' ? [] : [messageOf(newMessageId(), text, 'completed')]
    return JSON.stringify(sglangResponse(head, asked, { output, ended: { end, usage } }))
  }
  return { whole }
}

/** A response as a whole. Source: `ResponsesResponse.from_request` of SGLang 0.5.23, `entrypoints/openai/protocol.py`. */
export function sglangResponse(head: ReplyHead, asked: ResponsesRequest, { output, ended }: SglangResponseState) {
  const status = ended ? statusOf(ended.end) : 'in_progress'
  return {
    ...{ id: head.id, object: 'response', created_at: head.created, model: head.model, output, status },
    usage: ended ? usageOf(ended.usage) : null,
    parallel_tool_calls: asked.parallel_tool_calls ?? true,
    ...{ tool_choice: asked.tool_choice ?? 'auto', tools: asked.tools ?? [] },
    error: status === 'failed' ? { code: 'server_error', message: 'Aborted' } : null,
    incomplete_details: status === 'incomplete' ? { reason: 'max_output_tokens' } : null,
    instructions: asked.instructions ?? null,
    max_output_tokens: asked.max_output_tokens ?? null,
    previous_response_id: null,
    reasoning: { effort: null, summary: null },
    store: asked.store ?? true,
    temperature: asked.temperature ?? null,
    text: asked.text ?? (output.length > 0 ? { format: { type: 'text' } } : null),
    top_p: asked.top_p ?? null,
    truncation: asked.truncation ?? 'disabled',
    user: asked.user ?? null,
    metadata: asked.metadata ?? {},
  }
}

/** What became of a response. Source: `_status_from_finish_reason` of `serving_responses.py`. */
export function statusOf(end: ReplyEnd | undefined): 'completed' | 'incomplete' | 'failed' {
  if (end?.finishReason === 'length') return 'incomplete'
  return end?.finishReason === 'abort' ? 'failed' : 'completed'
}

export function newMessageId(): string {
  return `msg_${randomUUID().replaceAll('-', '')}`
}

/** The item that holds the text; `undefined`: none is there yet. It is `completed` where the reply was cut, too. */
export function messageOf(id: string, text: string | undefined, status: 'in_progress' | 'completed'): object {
  const content = text === undefined ? [] : [textPart(text)]
  return { id, content, role: 'assistant', status, type: 'message', phase: 'final_answer' }
}

export function textPart(text: string): object {
  return { annotations: [], text, type: 'output_text', logprobs: null }
}

function usageOf({ promptTokens, completionTokens, cachedTokens }: Counts): object {
  return {
    input_tokens: promptTokens,
    input_tokens_details: { cached_tokens: cachedTokens, cache_write_tokens: 0 },
    output_tokens: completionTokens,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: promptTokens + completionTokens,
  }
}
