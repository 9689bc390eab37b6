import { randomBytes } from 'node:crypto'
import { TokenizeRequest } from '@reprise/wire'
import { z } from 'zod'
import { ApiError } from './api-error.ts'
import type { TemplateTokens } from './digest-prompt.ts'
import { type Exchange, readBody, sendJson } from './exchange.ts'
import { parseBody, parseJson } from './parse-body.ts'
import type { ServedModel } from './plan-generation.ts'
import { idsOf, tokensOfMessages, tokensOfText } from './tokenize.ts'
import { wordOf } from './vocabulary.ts'

/** `GET /v1/models` */
export function serveModels({ engine }: ServedModel, { response }: Exchange): void {
  const created = Math.floor(Date.now() / 1e3)
  const permission = {
    id: `modelperm-${randomBytes(8).toString('hex')}`,
    object: 'model_permission',
    created,
    allow_create_engine: false,
    allow_sampling: true,
    allow_logprobs: false,
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
export async function serveTokenize({ engine, overhead }: ServedModel, exchange: Exchange): Promise<void> {
  const { tokens, asStrings } = tokensOf(parseJson(await readBody(exchange.request)), overhead)
  const reply = {
    count: tokens.length,
    max_model_len: engine.scheduler.maxModelLen,
    tokens: idsOf(tokens),
    token_strs: asStrings ? tokens : null,
  }
  sendJson(exchange.response, JSON.stringify(reply))
}

const [TokenizeMessages, TokenizePrompt] = TokenizeRequest.options

function tokensOf(json: unknown, overhead: TemplateTokens) {
  if (typeof json === 'object' && json !== null && 'messages' in json) {
    const { messages, ...asked } = parseBody(TokenizeMessages, json)
    const added = asked.add_generation_prompt === false ? { ...overhead, openingTokens: 0 } : overhead
    return { tokens: tokensOfMessages(messages, added), asStrings: asked.return_token_strs }
  }
  const { prompt, return_token_strs: asStrings } = parseBody(TokenizePrompt, json)
  return { tokens: tokensOfText(prompt), asStrings }
}

const DetokenizeRequest = z.looseObject({ tokens: z.array(z.int().nonnegative()) })

/** `POST /detokenize`: words of the model's vocabulary, a space before each. */
export async function serveDetokenize(exchange: Exchange): Promise<void> {
  const { tokens } = parseBody(DetokenizeRequest, parseJson(await readBody(exchange.request)))
  const words = tokens.map((id) => {
    const word = wordOf(id)
    if (word === undefined) throw new ApiError(`Token id ${id} is out of vocabulary`, { param: 'tokens' })
    return ` ${word}`
  })
  sendJson(exchange.response, JSON.stringify({ prompt: words.join('') }))
}
