import { TokenizeRequest } from '@reprise/wire'
import { z } from 'zod'
import { ApiError } from '../api-error.ts'
import { openedAsAsked } from '../digest-prompt.ts'
import { type Exchange, sendJson } from '../exchange.ts'
import { parseBody, parseJson, validationError } from '../parse-body.ts'
import type { ServedModel } from '../plan-generation.ts'
import { idsOf, tokensOfMessages } from '../tokenize.ts'
import type { Vocabulary } from '../vocabulary.ts'
import { readSglangJson } from './read-sglang-json.ts'

/** `POST /tokenize`: of a bare prompt, of several, or of messages after the chat template. Source: `serving_tokenize.py` of SGLang 0.5.23. */
export async function serveSglangTokenize(served: ServedModel, { request, response }: Exchange): Promise<void> {
  const tokens = tokensOf(parseJson(await readSglangJson(request)), served)
  const count = tokens.some(Array.isArray) ? tokens.map((each) => (each as number[]).length) : tokens.length
  sendJson(response, JSON.stringify({ tokens, count, max_model_len: served.engine.scheduler.maxModelLen }))
}

const [TokenizeMessages] = TokenizeRequest.options
const TokenizePrompt = z.looseObject({ prompt: z.union([z.string(), z.array(z.string())]) })

function tokensOf(json: unknown, { overhead, vocabulary }: ServedModel): number[] | number[][] {
  if (hasOne(json, 'prompt')) {
    const { prompt } = parseBody(TokenizePrompt, json)
    const idsOfText = (text: string) => idsOf(vocabulary.tokensOf(text))
    return typeof prompt === 'string' ? idsOfText(prompt) : prompt.map(idsOfText)
  }
  const { messages, tools, add_generation_prompt: opens } = parseBody(TokenizeMessages, json)
  if (messages.length === 0) throw new ApiError('Messages cannot be empty.')
  const added = openedAsAsked(overhead, opens)
  return idsOf(tokensOfMessages(messages, { overhead: added, tools, vocabulary }))
}

/** Whether a body has the field, and not the other. @throws ApiError 400 where it has both or none. */
function hasOne(json: unknown, field: 'prompt'): boolean {
  const has = (name: string) => typeof json === 'object' && json !== null && (json as never)[name] != null
  if (has(field) !== has('messages')) return has(field)
  const msg = "Value error, Exactly one of 'prompt' or 'messages' must be provided."
  throw validationError([{ type: 'value_error', loc: 'body', msg, input: json }])
}

const DetokenizeRequest = z.looseObject({
  tokens: z.union([z.array(z.int().nonnegative()), z.array(z.array(z.int().nonnegative()))]),
})

/** `POST /detokenize`: words of the model's vocabulary, a space before each. */
export async function serveSglangDetokenize(
  { vocabulary }: ServedModel,
  { request, response }: Exchange,
): Promise<void> {
  const { tokens } = parseBody(DetokenizeRequest, parseJson(await readSglangJson(request)))
  const text = tokens.some(Array.isArray)
    ? (tokens as number[][]).map((each) => textOf(each, vocabulary))
    : textOf(tokens as number[], vocabulary)
  sendJson(response, JSON.stringify({ text }))
}

function textOf(tokens: readonly number[], vocabulary: Vocabulary): string {
  const words = tokens.map((id) => {
    const text = vocabulary.textOf(id)
    const told = `Error decoding tokens: ${id} is out of vocabulary. Input tokens might be invalid for the model.`
    if (text === undefined) throw new ApiError(told, { type: 'DecodeError' })
    return text
  })
  return words.join('')
}
