import { ApiError } from './api-error.ts'

/** What the embedded model is not able to, and the fields that ask for it, in the order in which they are looked for. */
const unsupported: Readonly<Record<string, string>> = {
  n: 'this route tells one choice',
  best_of: 'the embedded model makes the choices that it tells, and no others',
  use_beam_search: 'the embedded model makes the choices that it tells, and no others',
  logprobs: 'this route does not tell how likely tokens are',
  prompt_logprobs: 'this route does not tell how likely tokens are',
  echo: 'this route does not repeat prompts',
  logprob_token_ids: 'beside a token stand the likeliest, and no others',
  return_tokens_as_token_ids: 'tokens are told by their text',
  return_token_offsets: 'this server does not tell where tokens stand in a text',
  return_prompt_text: 'this server does not tell what a chat template makes of messages',
  suffix: 'the embedded model writes nothing behind its reply',
  include_stop_str_in_output: 'the embedded model leaves out what ended its reply',
  repetition_detection: 'the embedded model looks for stop strings alone',
  truncate_prompt_tokens: 'prompts are read whole',
  prompt_embeds: 'the embedded model reads text',
  documents: 'the chat template of the embedded model has no place for them',
  chat_template: 'the embedded model has its own',
  continue_final_message: 'the chat template of the embedded model closes every message',
  tool_choice: 'the embedded model calls none',
  functions: 'the embedded model calls none',
  response_format: 'the embedded model writes words, and in no other form',
  structured_outputs: 'the embedded model writes words, and in no other form',
  guided_json: 'the embedded model writes words, and in no other form',
  guided_regex: 'the embedded model writes words, and in no other form',
  guided_choice: 'the embedded model writes words, and in no other form',
  guided_grammar: 'the embedded model writes words, and in no other form',
  logit_bias: 'the embedded model has no logits',
  bad_words: 'the embedded model has no logits',
  allowed_token_ids: 'the embedded model has no logits',
}

/**
 * Whoever asks for what the model cannot do learns it, and does not measure something else. A field that asks for nothing is accepted.
 *
 * @param able fields of those that the route does know.
 * @throws ApiError 400 that names the field.
 */
export function refuseUnsupported(body: object, able: readonly string[] = []): void {
  for (const [field, why] of Object.entries(unsupported)) {
    if (able.includes(field)) continue
    const value = (body as Record<string, unknown>)[field]
    if (asksForNothing(field, value)) continue
    const shown = typeof value === 'number' ? `${field}=${value}` : field
    throw new ApiError(`${shown} is not supported: ${why}.`, { param: field })
  }
}

function asksForNothing(field: string, value: unknown): boolean {
  if (value === undefined || value === null || value === false) return true
  if (field === 'n' || field === 'best_of') return value === 1
  if (field === 'response_format') return (value as { type?: unknown }).type === 'text'
  if (field === 'tool_choice') return value === 'auto' || value === 'none'
  if (field === 'suffix') return value === ''
  if (field.startsWith('guided_') || field === 'structured_outputs') return false
  return typeof value === 'object' && Object.keys(value).length === 0
}
