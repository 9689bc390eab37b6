import type { ChatCompletionRequest, ChatMessage, CountTokensRequest, MessagesRequest } from '@reprise/wire'
import { ApiError } from './api-error.ts'

type Content = MessagesRequest['messages'][number]['content']
type Block = Exclude<Content, string>[number]
type Fields = { [field: string]: unknown }

type BillingHeader = 'drop' | 'keep'

/** Claude Code's first block of a system prompt has a hash of the request, which would keep every prefix from being found again. */
const billingHeader = 'x-anthropic-billing-header'

/**
 * The chat request that a request of `/v1/messages` comes to: its system prompt, its tools and its messages are the conversation.
 *
 * Source: `anthropic/serving.py` of vLLM 0.33.0. System messages stay where they stand, as under a template that takes them there.
 *
 * @param header what becomes of the block with which Claude Code begins its system prompt: vLLM drops it, SGLang keeps it.
 * @throws ApiError 400 for blocks that hold no text.
 */
export function chatOfMessages(body: MessagesRequest, header: BillingHeader = 'drop'): ChatCompletionRequest {
  const { model, max_tokens, stream, stop_sequences, temperature, top_p, top_k, cache_salt } = body
  return {
    ...conversationOf(body, header),
    ...{ model, stream, temperature, top_p, top_k, cache_salt, max_completion_tokens: max_tokens },
    ...(stop_sequences && { stop: stop_sequences }),
  }
}

/** The conversation of a request, as the chat template takes it. */
export function conversationOf(
  { system, messages, tools, tool_choice: choice }: CountTokensRequest,
  header: BillingHeader = 'drop',
): Pick<ChatCompletionRequest, 'messages' | 'tools'> {
  if (choice && (choice.type === 'any' || choice.type === 'tool')) {
    throw new ApiError('tool_choice is not supported: the embedded model calls none.', { param: 'tool_choice' })
  }
  const opening = system ? [{ role: 'system' as const, content: system }] : []
  return {
    messages: [...opening, ...messages].flatMap(({ role, content }) =>
      role === 'system' ? systemOf(content, header) : messagesOf(role, content),
    ),
    ...(tools && { tools: tools.map(functionOf) }),
  }
}

function systemOf(content: Content, header: BillingHeader): ChatMessage[] {
  const texts =
    typeof content === 'string' ? [content] : content.map(({ text }) => (typeof text === 'string' ? text : ''))
  const said = texts.filter((text) => header === 'keep' || !text.startsWith(billingHeader)).join('')
  return said === '' ? [] : [{ role: 'system', content: said }]
}

/** Results of tools are messages of their own, and stand before what is said beside them. */
function messagesOf(role: string, content: Content): ChatMessage[] {
  if (typeof content === 'string') return [{ role, content }]
  const results = role === 'user' ? content.filter(({ type }) => type === 'tool_result') : []
  const calls = content.filter(({ type }) => type === 'tool_use')
  const said = content.filter((block) => !results.includes(block) && !calls.includes(block) && isRead(block))
  const answers: ChatMessage[] = results.map((block) => ({ role: 'tool', content: textOfResult(block) }))
  if (said.length === 0 && calls.length === 0) return answers
  return [
    ...answers,
    { role, content: said as ChatMessage['content'], ...(calls.length > 0 && { tool_calls: calls.map(callOf) }) },
  ]
}

/** Thinking that was blacked out is passed back and forth, and read by nobody. */
function isRead({ type }: Block): boolean {
  return type !== 'redacted_thinking' && type !== 'tool_reference'
}

function textOfResult({ content }: Block): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content.map((part) => (typeof part?.text === 'string' ? part.text : '')).join('\n')
}

function callOf({ id, name, input }: Block): Fields {
  return { id, type: 'function', function: { name, arguments: JSON.stringify(input ?? {}) } }
}

function functionOf({ name, description, input_schema }: NonNullable<CountTokensRequest['tools']>[number]): Fields {
  return { type: 'function', function: { name, description, parameters: input_schema } }
}
