import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ChatCompletionRequest, ChatMessage, parseJson, TokenizeRequest, textOf } from '@reprise/wire'
import { z } from 'zod'
import { keyOfText } from '../content/content-key.ts'

/** A piece of a rendered conversation: text for the tokenizer, or a special token of the vocabulary, which counts as one. */
export type TemplatePart = string | { readonly special: string }
export type TemplateMessage = { readonly role: string; readonly content: string }
export type ChatTemplate = (messages: readonly TemplateMessage[]) => readonly TemplatePart[]

/** A chat request as the server got it. */
export interface StandInCall {
  readonly body: ChatCompletionRequest
  readonly messages: readonly TemplateMessage[]
  readonly inputTokens: number
  /** The ids of those, where it has any. */
  readonly inputIds: readonly number[]
  readonly outputTokens: number
}

export interface StandInOptions {
  readonly model?: string
  /** Default: words between white space. */
  readonly countTokens?: (text: string) => number
  /** The tokens themselves, which `/tokenize` then tells; `countTokens` is not asked. */
  readonly tokenIds?: (text: string) => readonly number[]
  /** Default: nothing around the contents. */
  readonly template?: ChatTemplate
  readonly maxModelTokens?: number
  /** Whether it has `/tokenize`. Default true. */
  readonly tokenize?: boolean
  /** Longer texts are refused there. */
  readonly maxTokenizeTokens?: number
  /** Who it says has its model. Default: nobody. */
  readonly ownedBy?: string
  /** Further routes, `GET /version` for one: their answers, text or JSON. */
  readonly routes?: Readonly<Record<string, string | object>>
  /** Request fields that it answers with status 400. */
  readonly refuses?: readonly string[]
  readonly firstTokenMs?: (call: StandInCall) => number
  readonly tokenMs?: number
  /** After so long it closes a connection on which nothing moves. Default: a minute. */
  readonly keepAliveMs?: number
  /** Answers in the server's place, when it returns true. */
  readonly answer?: (call: StandInCall, response: ServerResponse) => boolean
}

/** A request of any kind, as it came. */
export interface StandInRequest {
  /** Method and path. */
  readonly route: string
  readonly headers: IncomingHttpHeaders
  /** Undefined where it is not JSON. */
  readonly body: unknown
}

export interface StandInServer {
  readonly url: string
  /** Chat requests, in the order in which they came. */
  readonly calls: readonly StandInCall[]
  /** All requests, in the order in which they had come whole. */
  readonly requests: readonly StandInRequest[]
  /** Connections that clients have opened. */
  connections(): number
  /** Those of them that are open. */
  open(): number
  close(): Promise<void>
}

/**
 * A small OpenAI-compatible server for tests, on a free port of this machine. It counts tokens with the tokenizer and the chat template
 * it is given, and has no model: its replies are of the word `word`, as many as were asked for.
 */
export async function startStandInServer(options: StandInOptions = {}): Promise<StandInServer> {
  const calls: StandInCall[] = []
  const requests: StandInRequest[] = []
  let connections = 0
  let open = 0
  const server = createServer((request, response) => {
    const exchange = { options, calls, response }
    readBody(request)
      .then((body) => {
        const path = `${request.method} ${request.url}`
        requests.push({ route: path, headers: request.headers, body })
        route(exchange, path, body)
      })
      .catch((error: unknown) => sendError(response, { status: 400, message: String(error) }))
  })
  server.keepAliveTimeout = options.keepAliveMs ?? 60_000
  server.keepAliveTimeoutBuffer = 0
  server.on('connection', (socket) => {
    connections += 1
    open += 1
    socket.once('close', () => {
      open -= 1
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    requests,
    connections: () => connections,
    open: () => open,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

interface Exchange {
  readonly options: StandInOptions
  readonly calls: StandInCall[]
  readonly response: ServerResponse
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const pieces: Buffer[] = []
  for await (const piece of request) pieces.push(piece as Buffer)
  return parseJson(Buffer.concat(pieces).toString('utf8'))
}

function route(exchange: Exchange, route: string, body: unknown): void {
  const { options, response } = exchange
  const { model = 'stand-in', tokenize = true, maxModelTokens, ownedBy, routes = {} } = options
  const answer = routes[route]
  if (typeof answer === 'string') {
    response.writeHead(200, { 'content-type': 'text/plain' }).end(answer)
  } else if (answer) {
    sendJson(response, 200, answer)
  } else if (route === 'GET /v1/models') {
    const data = [{ id: model, object: 'model', owned_by: ownedBy, max_model_len: maxModelTokens }]
    sendJson(response, 200, { object: 'list', data })
  } else if (route === 'POST /tokenize' && tokenize) {
    sendTokens(exchange, tokensOfRequest(options, TokenizeRequest.parse(body)))
  } else if (route === 'POST /v1/chat/completions') {
    chat(exchange, body)
  } else {
    sendJson(response, 404, { detail: 'Not Found' })
  }
}

function sendTokens({ options, response }: Exchange, { count, ids }: Tokens): void {
  const { maxTokenizeTokens = Number.POSITIVE_INFINITY, maxModelTokens = null } = options
  if (count > maxTokenizeTokens) sendError(response, { status: 400, message: 'The prompt is too long.' })
  else sendJson(response, 200, { count, max_model_len: maxModelTokens, tokens: options.tokenIds ? ids : [] })
}

function chat({ options, calls, response }: Exchange, json: unknown): void {
  const body = ChatCompletionRequest.parse(json)
  const messages = plain(body.messages)
  const { count, ids } = tokensOfConversation(options, messages)
  const call = { body, messages, inputTokens: count, inputIds: ids, outputTokens: body.max_tokens ?? 16 }
  calls.push(call)
  const refusal = refusalOf(call, options)
  if (refusal) sendError(response, refusal)
  else if (!options.answer?.(call, response)) streamReply(call, options, response)
}

interface Refusal {
  readonly status: number
  readonly message: string
}

function refusalOf(
  { body, inputTokens, outputTokens }: StandInCall,
  { refuses = [], model = 'stand-in', maxModelTokens = Number.POSITIVE_INFINITY }: StandInOptions,
): Refusal | undefined {
  const refused = refuses.find((field) => field in body)
  if (refused !== undefined) return { status: 400, message: `Unrecognized request argument supplied: ${refused}` }
  if (body.model !== model) return { status: 404, message: `The model \`${body.model}\` does not exist.` }
  if (inputTokens + outputTokens <= maxModelTokens) return undefined
  return { status: 400, message: `This model's maximum context length is ${maxModelTokens} tokens.` }
}

function streamReply(call: StandInCall, { firstTokenMs, tokenMs = 0 }: StandInOptions, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
  response.flushHeaders()
  let sent = 0
  const step = () => {
    if (response.destroyed) return
    if (sent === 0)
      response.write(eventOf([{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }]))
    // Without a pause between tokens there is no need to go round the event loop for each.
    do {
      sent += 1
      const finish = sent >= call.outputTokens ? 'length' : null
      response.write(eventOf([{ index: 0, delta: { content: ' word' }, finish_reason: finish }]))
    } while (tokenMs === 0 && sent < call.outputTokens && sent % 512 !== 0)
    if (sent < call.outputTokens) setTimeout(step, tokenMs)
    else response.end(`${eventOf([], usageOf(call))}data: [DONE]\n\n`)
  }
  setTimeout(step, firstTokenMs?.(call) ?? 0)
}

/** The usage with which a whole reply to the call ends. */
export function usageOf({ inputTokens, outputTokens }: Pick<StandInCall, 'inputTokens' | 'outputTokens'>) {
  return { prompt_tokens: inputTokens, total_tokens: inputTokens + outputTokens, completion_tokens: outputTokens }
}

/** A server-sent event with a chunk of a chat completion. */
export function eventOf(choices: readonly object[], usage?: object): string {
  const chunk = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'stand-in', choices }
  return `data: ${JSON.stringify({ ...chunk, ...(usage && { usage }) })}\n\n`
}

function sendError(response: ServerResponse, { status, message }: Refusal): void {
  sendJson(response, status, { error: { message, type: 'BadRequestError', param: null, code: status } })
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function plain(messages: readonly ChatMessage[]): TemplateMessage[] {
  return messages.map(({ role, content }) => ({ role, content: textOf(content) }))
}

interface Tokens {
  readonly count: number
  /** Empty where only the number is known. */
  readonly ids: readonly number[]
}

function tokensOfRequest(options: StandInOptions, asked: TokenizeRequest): Tokens {
  if (typeof asked.prompt === 'string') return tokensOf(options, [asked.prompt])
  return tokensOfConversation(options, plain(z.array(ChatMessage).parse(asked.messages)))
}

function tokensOfConversation(options: StandInOptions, messages: readonly TemplateMessage[]): Tokens {
  const template = options.template ?? ((all) => all.map(({ content }) => ` ${content}`))
  return tokensOf(options, template(messages))
}

/** Text between special tokens is tokenized as one, so that seams of template and content count as they would in a real server. */
function tokensOf({ tokenIds, countTokens = countWords }: StandInOptions, parts: readonly TemplatePart[]): Tokens {
  const ids: number[] = []
  let count = 0
  let text = ''
  const endText = () => {
    const told = text === '' ? [] : (tokenIds?.(text) ?? [])
    for (const id of told) ids.push(id)
    count += text === '' ? 0 : tokenIds ? told.length : countTokens(text)
    text = ''
  }
  for (const part of parts) {
    if (typeof part === 'string') {
      text += part
    } else {
      endText()
      ids.push(keyOfText(part.special).a)
      count += 1
    }
  }
  endText()
  return { count, ids }
}

function countWords(text: string): number {
  return text.match(/\S+/g)?.length ?? 0
}
