import { CompletionRequest } from '@reprise/wire'
import { parseBody, parseJson } from './parse-body.ts'

/**
 * The body of a completion request.
 *
 * A prompt of token ids can have hundreds of thousands of them, so that one is checked here, in one pass, and not by the schema.
 *
 * @throws ApiError as `parseBody`.
 */
export function parseCompletion(text: string): CompletionRequest {
  const json = parseJson(text)
  if (!hasTokenIds(json)) return parseBody(CompletionRequest, json)
  return { ...parseBody(CompletionRequest, { ...json, prompt: '' }), prompt: json.prompt }
}

function hasTokenIds(json: unknown): json is { prompt: number[] } {
  if (typeof json !== 'object' || json === null || !('prompt' in json)) return false
  const { prompt } = json
  return Array.isArray(prompt) && prompt.length > 0 && prompt.every((id) => Number.isSafeInteger(id) && id >= 0)
}
