import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { CountTokensRequest, MessagesRequest } from '@reprise/wire'
import { ApiError, type BodyProblem } from '../api-error.ts'
import { chatOfMessages, conversationOf } from '../chat-of-messages.ts'
import { type Exchange, type GeneratingExchange, sendJson } from '../exchange.ts'
import { parseBody, parseJson } from '../parse-body.ts'
import type { ServedModel } from '../plan-generation.ts'
import { WholeWriter } from '../reply-writer.ts'
import { tokensOfMessages } from '../tokenize.ts'
import { planSglangChat } from './plan-sglang.ts'
import { readSglangJson } from './read-sglang-json.ts'
import { type SglangSeat, startSglang } from './serve-sglang.ts'
import { SglangMessagesWriter, wholeSglangMessage } from './sglang-messages-writer.ts'

/** `POST /v1/messages`: Anthropic's protocol, as SGLang speaks it. */
export async function serveSglangMessages(seat: SglangSeat, exchange: GeneratingExchange): Promise<void> {
  const planned = await inItsWords(exchange, async () => {
    const body = parseBody(MessagesRequest, parseJson(await readSglangJson(exchange.request)))
    const id = randomUUID().replaceAll('-', '')
    const plan = planSglangChat(chatOfMessages(body, 'keep'), seat.model, id)
    return { id, plan, model: body.model ?? '' }
  })
  if (!planned) return
  const { id, plan, model } = planned
  const head = { id, created: 0, model }
  const writer = (response: ServerResponse) =>
    plan.stream
      ? new SglangMessagesWriter(response, head, plan)
      : new WholeWriter(response, wholeSglangMessage(head), plan)
  startSglang(seat, exchange, { id, plan, writer })
}

/** `POST /v1/messages/count_tokens` */
export async function serveSglangCountTokens(served: ServedModel, exchange: Exchange): Promise<void> {
  const tokens = await inItsWords(exchange, async () => {
    const body = parseBody(CountTokensRequest, parseJson(await readSglangJson(exchange.request)))
    const { messages, tools } = conversationOf(body, 'keep')
    return tokensOfMessages(messages, { ...served, tools }).length
  })
  if (tokens !== undefined) sendJson(exchange.response, JSON.stringify({ input_tokens: tokens }))
}

/** What is refused is told in Anthropic's form: a body that is none by Anthropic's name, all else by SGLang's. Undefined once refused. */
async function inItsWords<T>({ response }: Exchange, plan: () => Promise<T>): Promise<T | undefined> {
  try {
    return await plan()
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    const { message, problems, type, status } = error
    const told = problems ? { type: 'invalid_request_error', message: digestOf(problems) } : { type, message }
    sendJson(response, JSON.stringify({ type: 'error', error: told }), status)
    return undefined
  }
}

const mostDigestChars = 500

/** Source: `_anthropic_validation_message` of SGLang 0.5.23, `entrypoints/http_server.py`. */
function digestOf(problems: readonly BodyProblem[]): string {
  const text = problems.map(({ loc, msg }) => `${loc.replace(/^body\./, '')}: ${msg}`).join('; ')
  return text.length > mostDigestChars ? `${text.slice(0, mostDigestChars)}…` : text
}
