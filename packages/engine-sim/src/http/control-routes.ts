import { randomBytes } from 'node:crypto'
import { TokenizeRequest } from '@reprise/wire'
import { z } from 'zod'
import { ApiError } from './api-error.ts'
import { openedAsAsked } from './digest-prompt.ts'
import { type Exchange, readJsonText, sendJson } from './exchange.ts'
import { parseBody, parseJson } from './parse-body.ts'
import { checkModel, type ServedModel } from './plan-generation.ts'
import { idsOf, tokensOfMessages } from './tokenize.ts'

/** `GET /v1/models` */
export function serveModels({ engine }: ServedModel, { response }: Exchange): void {
  const created = Math.floor(Date.now() / 1e3)
  const permission = {
    id: `modelperm-${randomBytes(8).toString('hex')}`,
    object: 'model_permission',
    created,
    allow_create_engine: false,
    allow_sampling: true,
    allow_logprobs: true,
    allow_search_indices: false,
    allow_view: true,
    allow_fine_tuning: false,
    organization: '*',
    group: null,
    is_blocking: false,
  }
  const model = {
    id: engine.model,
    object: 'model',
    created,
    owned_by: 'reprise',
    root: engine.model,
    parent: null,
    max_model_len: engine.scheduler.maxModelLen,
    permission: [permission],
  }
  sendJson(response, JSON.stringify({ object: 'list', data: [model] }))
}

/** `POST /tokenize`: of a bare prompt, or of messages after the chat template. */
export async function serveTokenize(served: ServedModel, exchange: Exchange): Promise<void> {
  const { engine } = served
  const { tokens, asStrings } = tokensOf(parseJson(await readJsonText(exchange.request)), served)
  const reply = {
    count: tokens.length,
    max_model_len: engine.scheduler.maxModelLen,
    tokens: idsOf(tokens),
    token_strs: asStrings ? tokens.map(({ text }) => text.trim()) : null,
  }
  sendJson(exchange.response, JSON.stringify(reply))
}

const [TokenizeMessages, TokenizePrompt] = TokenizeRequest.options

function tokensOf(json: unknown, served: ServedModel) {
  const { overhead, vocabulary } = served
  if (typeof json === 'object' && json !== null && 'messages' in json) {
    const { messages, tools, ...asked } = parseBody(TokenizeMessages, json)
    checkModel(asked.model, served)
    const added = openedAsAsked(overhead, asked.add_generation_prompt)
    return {
      tokens: tokensOfMessages(messages, { overhead: added, tools, vocabulary }),
      asStrings: asked.return_token_strs,
    }
  }
  const { model, prompt, return_token_strs: asStrings } = parseBody(TokenizePrompt, json)
  checkModel(model, served)
  return { tokens: vocabulary.tokensOf(prompt), asStrings }
}

const DetokenizeRequest = z.looseObject({ model: z.string().nullish(), tokens: z.array(z.int().nonnegative()) })

/** `POST /detokenize`: words of the model's vocabulary, a space before each. */
export async function serveDetokenize(served: ServedModel, exchange: Exchange): Promise<void> {
  const { model, tokens } = parseBody(DetokenizeRequest, parseJson(await readJsonText(exchange.request)))
  checkModel(model, served)
  const words = tokens.map((id) => {
    const text = served.vocabulary.textOf(id)
    if (text === undefined) throw new ApiError(`Token id ${id} is out of vocabulary`, { param: 'tokens' })
    return text
  })
  sendJson(exchange.response, JSON.stringify({ prompt: words.join('') }))
}
