import { CountTokensRequest, MessagesRequest } from '@reprise/wire'
import { ApiError } from './api-error.ts'
import { chatOfMessages, conversationOf } from './chat-of-messages.ts'
import { type Exchange, type GeneratingExchange, readJsonText, sendJson } from './exchange.ts'
import { renderMessagesError, wholeMessageShape } from './messages-shape.ts'
import { MessagesStreamWriter } from './messages-writer.ts'
import { parseBody, parseJson } from './parse-body.ts'
import { checkModel, planChat, type ServedModel } from './plan-generation.ts'
import { WholeWriter } from './reply-writer.ts'
import { type GenerationSeat, generate, headOf, requestIdOf } from './serve-generation.ts'
import { tokensOfMessages } from './tokenize.ts'

/** `POST /v1/messages`: Anthropic's protocol, as vLLM speaks it. */
export async function serveMessages(seat: GenerationSeat, exchange: GeneratingExchange): Promise<void> {
  const body = parseBody(MessagesRequest, parseJson(await readJsonText(exchange.request)))
  const id = requestIdOf(exchange)
  const plan = inItsWords(exchange, () => planChat(chatOfMessages(body), seat.model, id))
  if (!plan) return
  const head = headOf(`chatcmpl-${id}`, seat)
  generate(seat, exchange, {
    id: head.id,
    plan,
    writer: (response) =>
      plan.stream
        ? new MessagesStreamWriter(response, head, plan)
        : new WholeWriter(response, wholeMessageShape(head), plan),
  })
}

/** `POST /v1/messages/count_tokens` */
export async function serveCountTokens(served: ServedModel, exchange: Exchange): Promise<void> {
  const body = parseBody(CountTokensRequest, parseJson(await readJsonText(exchange.request)))
  const tokens = inItsWords(exchange, () => {
    checkModel(body.model, served)
    const { messages, tools } = conversationOf(body)
    return tokensOfMessages(messages, { ...served, tools }).length
  })
  if (tokens === undefined) return
  const reply = { input_tokens: tokens, context_management: { original_input_tokens: tokens } }
  sendJson(exchange.response, JSON.stringify(reply))
}

/** What vLLM's checks of a request refuse is told in Anthropic's words; what is no request at all in its own. Undefined once refused. */
function inItsWords<T>({ response }: Exchange, plan: () => T): T | undefined {
  try {
    return plan()
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    sendJson(response, renderMessagesError(error), error.status)
    return undefined
  }
}
