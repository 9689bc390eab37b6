import type { CacheUsage, ReplyEnd, ReplyHead, ReplyShape, UsageCounts } from './reply-shape.ts'

/** What a response is made of so far, or in the end. */
export interface ResponseState {
  readonly text: string
  /** Absent while it is in the making. */
  readonly ended?: ReplyEnd & { readonly usage: UsageCounts & CacheUsage }
  readonly maxTokens: number
}

/** How a response is written that comes in one piece. */
export function wholeResponseShape(head: ReplyHead, maxTokens: number): Pick<ReplyShape, 'whole'> {
  return { whole: ({ text, ...ended }) => JSON.stringify(responseOf(head, { text, maxTokens, ended })) }
}

/** The item of a response that holds its text. */
export function outputItem({ id }: ReplyHead, text: string | undefined, status: string): object {
  const content = text === undefined ? [] : [textPart(text)]
  return { id: `msg_${id}`, type: 'message', role: 'assistant', status, content }
}

export function textPart(text: string): object {
  return { type: 'output_text', text, annotations: [], logprobs: [] }
}

/** A response of `/v1/responses` as a whole. Source: OpenAI's Responses API, with the fields that vLLM 0.32 gives it. */
export function responseOf(head: ReplyHead, { text, ended, maxTokens }: ResponseState): object {
  const isCut = ended?.finishReason === 'length'
  const status = ended ? (isCut ? 'incomplete' : 'completed') : 'in_progress'
  return {
    id: `resp_${head.id}`,
    object: 'response',
    created_at: head.created,
    status,
    error: null,
    incomplete_details: isCut ? { reason: 'max_output_tokens' } : null,
    instructions: null,
    metadata: null,
    model: head.model,
    output: ended ? [outputItem(head, text, status)] : [],
    parallel_tool_calls: true,
    previous_response_id: null,
    service_tier: 'auto',
    max_output_tokens: maxTokens,
    tool_choice: 'auto',
    tools: [],
    truncation: 'disabled',
    usage: ended ? usageOf(ended.usage) : null,
  }
}

function usageOf({ promptTokens, completionTokens, cachedTokens }: UsageCounts & CacheUsage): object {
  return {
    input_tokens: promptTokens,
    input_tokens_details: { cached_tokens: cachedTokens },
    output_tokens: completionTokens,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: promptTokens + completionTokens,
  }
}
