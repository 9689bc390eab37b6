import type { ServerResponse } from 'node:http'
import { ChatCompletionRequest } from '@reprise/wire'
import { ApiError } from '../api-error.ts'
import { EventStream } from '../event-stream.ts'
import { type GeneratingExchange, sendJson } from '../exchange.ts'
import { parseBody, parseJson } from '../parse-body.ts'
import { parseCompletion } from '../parse-completion.ts'
import type { ReplyHead } from '../reply-shape.ts'
import { StreamWriter, WholeWriter } from '../reply-writer.ts'
import { type GenerationSeat, generate, type PlannedGeneration } from '../serve-generation.ts'
import { parseGenerate } from './generate-request.ts'
import { GenerateWriter } from './generate-writer.ts'
import { planSglangChat, planSglangCompletion, planSglangGenerate } from './plan-sglang.ts'
import { readSglangJson } from './read-sglang-json.ts'
import type { RequestsInFlight } from './requests-in-flight.ts'
import { SglangChatWriter, wholeSglangChat } from './sglang-chat-writer.ts'
import { sglangCompletionShape } from './sglang-completion-shape.ts'

/** What SGLang's generating routes work with. */
export interface SglangSeat extends GenerationSeat {
  readonly inFlight: RequestsInFlight
}

/** `POST /v1/chat/completions` */
export async function serveSglangChat(seat: SglangSeat, exchange: GeneratingExchange): Promise<void> {
  const body = parseBody(ChatCompletionRequest, parseJson(await readSglangJson(exchange.request)))
  const id = seat.inFlight.idOf(body.rid)
  const plan = planSglangChat(body, seat.model, id)
  const head = headOf(id, body)
  const tells = asksWhereCached(body)
  const writer = (response: ServerResponse) =>
    plan.stream
      ? new SglangChatWriter(response, head, plan, tells)
      : new WholeWriter(response, wholeSglangChat(head, tells), plan)
  startSglang(seat, exchange, { id, plan, writer })
}

/** `POST /v1/completions` */
export async function serveSglangCompletion(seat: SglangSeat, exchange: GeneratingExchange): Promise<void> {
  const body = parseCompletion(await readSglangJson(exchange.request))
  const id = seat.inFlight.idOf(body.rid)
  const plan = planSglangCompletion(body, seat.model, id)
  const shape = sglangCompletionShape(headOf(id, body), asksWhereCached(body))
  const writer = (response: ServerResponse) =>
    plan.stream ? new StreamWriter(response, shape, plan, 'late') : new WholeWriter(response, shape, plan)
  startSglang(seat, exchange, { id, plan, writer })
}

/** `POST /generate`, SGLang's own. */
export async function serveGenerate(seat: SglangSeat, exchange: GeneratingExchange): Promise<void> {
  const body = parseGenerate(await readSglangJson(exchange.request))
  const planned = orRefusal(() => {
    const id = seat.inFlight.idOf(body.rid)
    return { id, plan: planSglangGenerate(body, seat.model, id) }
  })
  if (planned instanceof ApiError) return refuseGenerate(exchange.response, planned, body.stream ?? false)
  const { id, plan } = planned
  startSglang(seat, exchange, { id, plan, writer: (response) => new GenerateWriter(response, id, plan) })
}

function orRefusal<T>(plan: () => T): T | ApiError {
  try {
    return plan()
  } catch (error) {
    if (error instanceof ApiError) return error
    throw error
  }
}

/** Hands an accepted request to the engine, where it can be stopped by its name. */
export function startSglang(seat: SglangSeat, exchange: GeneratingExchange, planned: PlannedGeneration): void {
  const running = generate(seat, exchange, planned)
  if (running) seat.inFlight.add(planned.id, running, exchange.response)
}

function asksWhereCached(body: object): boolean {
  return (body as Readonly<Record<string, unknown>>).return_cached_tokens_details === true
}

/** The reply names the model that was asked for, whichever that was. */
function headOf(id: string, { model }: { readonly model?: string | null | undefined }): ReplyHead {
  return { id, created: Math.floor(Date.now() / 1e3), model: model ?? 'default' }
}

/** A stream has begun when it is refused. Source: `serve_generate_request` of SGLang 0.5.23, `entrypoints/http_server.py`. */
function refuseGenerate(response: ServerResponse, { message, status }: ApiError, asStream: boolean): void {
  if (!asStream) {
    sendJson(response, JSON.stringify({ error: { message } }), status)
    return
  }
  const events = new EventStream(response)
  const error = { message, type: 'invalid_request_error', code: status, retryable: false }
  events.put(JSON.stringify({ error }))
  events.put('[DONE]')
  events.end()
  events.flush()
}
