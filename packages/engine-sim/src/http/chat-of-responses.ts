import type { ChatCompletionRequest, ChatMessage, ResponsesRequest } from '@reprise/wire'
import { ApiError } from './api-error.ts'

/**
 * The chat request that a request of `/v1/responses` comes to: its instructions and its input are the conversation.
 *
 * @throws ApiError for what would need replies that the server has kept: it keeps none.
 */
export function chatOfResponses(body: ResponsesRequest): ChatCompletionRequest {
  const { input, instructions, max_output_tokens, previous_response_id, background, text: _text, ...rest } = body
  if (previous_response_id) throw unkept('previous_response_id', 'the server keeps no replies')
  if (background) throw unkept('background', 'the server keeps no replies')
  const opening: ChatMessage[] = instructions ? [{ role: 'system', content: instructions }] : []
  const messages = typeof input === 'string' ? [{ role: 'user', content: input }] : input.map(messageOf)
  return { ...rest, messages: [...opening, ...messages], max_completion_tokens: max_output_tokens }
}

function messageOf({ type, role, content, ...rest }: Exclude<ResponsesRequest['input'], string>[number]): ChatMessage {
  if (type && type !== 'message') {
    // A call of a tool, or its answer: all of it is in the prompt.
    const said = [rest.name, rest.arguments, rest.output].filter((each) => typeof each === 'string').join(' ')
    return { role: type.endsWith('_output') ? 'tool' : 'assistant', content: said }
  }
  const parts = typeof content === 'string' ? content : (content ?? []).map((part) => ({ ...part, type: 'text' }))
  return { role: role ?? 'user', content: parts }
}

function unkept(param: string, why: string): ApiError {
  return new ApiError(`${param} is not supported: ${why}.`, { param })
}
