import type { ChatMessage } from '@reprise/wire'
import { ApiError } from './api-error.ts'

/**
 * The texts of a message that the embedded model reads: its content, parts joined without a seam, and its tool calls as JSON.
 *
 * @throws ApiError 400 for parts that are no text, and for tool calls that are nested too deeply.
 */
export function textsOfMessage({ content, tool_calls: toolCalls }: ChatMessage): string[] {
  const said = typeof content === 'string' ? content : (content ?? []).map(textOfPart).join('')
  return toolCalls?.length ? [said, renderToolCalls(toolCalls)] : [said]
}

function textOfPart({ type, text }: { readonly type: string; readonly text?: string | undefined }): string {
  if (text !== undefined) return text
  const shown = type.replace(/\p{Cc}/gu, ' ').slice(0, 100)
  throw new ApiError(`content of type ${shown} is not supported: the embedded model reads text.`, { param: 'messages' })
}

function renderToolCalls(toolCalls: readonly object[]): string {
  try {
    return JSON.stringify(toolCalls)
  } catch (error) {
    // What JSON can say, and the runtime has read, fails for its depth alone.
    if (!(error instanceof RangeError)) throw error
    throw new ApiError('tool_calls are nested too deeply.', { param: 'messages' })
  }
}
