import type { ChatMessage } from '@reprise/wire'
import { ApiError } from './api-error.ts'

/**
 * The texts of a message that the embedded model reads: its content, parts joined without a seam, and its tool calls as JSON.
 *
 * @throws ApiError 400 for parts that are no text, and for tool calls that are nested too deeply.
 */
export function textsOfMessage({ content, tool_calls: toolCalls }: ChatMessage): string[] {
  const said = typeof content === 'string' ? content : (content ?? []).map(textOfPart).join('')
  return toolCalls?.length ? [said, renderJson(toolCalls, 'tool_calls')] : [said]
}

/** Of what a model may call, as a request gives it. */
export type ToolDefinitions = readonly object[] | null | undefined

/**
 * The texts of the tools that a request defines: each as JSON. They stand at the head of the prompt, where templates put them.
 *
 * @throws ApiError 400 where they are nested too deeply.
 */
export function textsOfTools(tools: ToolDefinitions): string[] {
  return (tools ?? []).map((tool) => renderJson(tool, 'tools'))
}

/** The fields that hold the text of a part, by the types that vLLM knows: `text`, `refusal`, `thinking`. */
const textFields = ['text', 'refusal', 'thinking']

function textOfPart(part: { readonly type: string; readonly [field: string]: unknown }): string {
  const text = textFields.map((field) => part[field]).find((value) => typeof value === 'string')
  if (typeof text === 'string') return text
  const { type } = part
  const shown = type.replace(/\p{Cc}/gu, ' ').slice(0, 100)
  throw new ApiError(`content of type ${shown} is not supported: the embedded model reads text.`, { param: 'messages' })
}

function renderJson(value: object, field: 'tool_calls' | 'tools'): string {
  try {
    return JSON.stringify(value)
  } catch (error) {
    // What JSON can say, and the runtime has read, fails for its depth alone.
    if (!(error instanceof RangeError)) throw error
    throw new ApiError(`${field} are nested too deeply.`, { param: field === 'tools' ? 'tools' : 'messages' })
  }
}
