import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock } from '@reprise/replay-engine/clock'
import { ChatCompletionRequest, ResponsesRequest } from '@reprise/wire'
import type { EngineDriver } from '../drive/engine-driver.ts'
import { ApiError } from './api-error.ts'
import { chatOfResponses } from './chat-of-responses.ts'
import { chatShape } from './chat-shape.ts'
import { ChoiceStream } from './choice-stream.ts'
import type { ChoicesShape } from './choices-shape.ts'
import { completionShape } from './completion-shape.ts'
import { type Exchange, type GeneratingExchange, type Handler, readJsonText, sendJson } from './exchange.ts'
import type { FailureKind } from './failures.ts'
import { Generation, type GenerationListener } from './generation.ts'
import { parseBody, parseJson } from './parse-body.ts'
import { parseCompletion } from './parse-completion.ts'
import {
  type GenerationPlan,
  planChat,
  planChatChoices,
  planCompletionChoices,
  type ServedModel,
} from './plan-generation.ts'
import type { ReplyHead } from './reply-shape.ts'
import { type ReplyWriter, WholeWriter } from './reply-writer.ts'
import { wholeResponseShape } from './responses-shape.ts'
import { ResponsesStreamWriter } from './responses-writer.ts'
import { WholeChoices } from './whole-choices.ts'

/** What generating routes work with. */
export interface GenerationSeat {
  readonly model: ServedModel
  readonly driver: EngineDriver
  readonly clock: Clock
  readonly listener: GenerationListener
  readonly keepTokenInstants: boolean
  /** Replies tell when their tokens were made, where the manner has a place for it. */
  readonly tellsTimes: boolean
  /** Tokens of a stream that are sent together, but for its first and its last ones. */
  readonly streamInterval: number
  /** Each ends a reply where it is; of those that have not gone out. */
  readonly stops: Set<() => void>
  /** How the request that comes now is to fail; absent if it is not. Each call stands for one request. */
  readonly nextFailure: () => FailureKind | undefined
  /** How long a stall on purpose takes. */
  readonly stallMs: number
}

/**
 * A route whose requests reach the engine at the instant at which they begin to come: reading and keying a long prompt is work of this server,
 * of which the modelled one knows nothing.
 *
 * @param renderFailure how an error on purpose is told, where that is not as the server tells of others.
 */
export function generating(
  { driver, nextFailure, stallMs }: GenerationSeat,
  serve: (exchange: GeneratingExchange) => Promise<void>,
  renderFailure?: (error: ApiError) => string,
): { readonly POST: Handler } {
  return {
    POST: async (exchange) => {
      const failure = nextFailure()
      if (failure === 'error') {
        exchange.request.resume()
        const error = new ApiError('This request was asked to fail.', { status: 500, type: 'InternalServerError' })
        if (!renderFailure) throw error
        return sendJson(exchange.response, renderFailure(error), error.status)
      }
      const arrival = driver.announce()
      try {
        await serve({ ...exchange, arrival, isCut: failure === 'cut', ...(failure === 'stall' && { stallMs }) })
      } finally {
        arrival.withdraw()
      }
    },
  }
}

/** `POST /v1/chat/completions` */
export async function serveChat(seat: GenerationSeat, exchange: GeneratingExchange): Promise<void> {
  const body = parseBody(ChatCompletionRequest, parseJson(await readJsonText(exchange.request)))
  const id = requestIdOf(exchange, body.request_id)
  const plans = planChatChoices(body, seat.model, id)
  const head = headOf(`chatcmpl-${id}`, seat)
  generateChoices(seat, exchange, { id: head.id, plans, shape: chatShape(head) })
}

/** `POST /v1/completions` */
export async function serveCompletion(seat: GenerationSeat, exchange: GeneratingExchange): Promise<void> {
  const body = parseCompletion(await readJsonText(exchange.request))
  const id = requestIdOf(exchange, body.request_id)
  const plans = planCompletionChoices(body, seat.model, id)
  const head = headOf(`cmpl-${id}`, seat)
  generateChoices(seat, exchange, { id: head.id, plans, shape: completionShape(head) })
}

/** `POST /v1/responses` */
export async function serveResponses(seat: GenerationSeat, exchange: GeneratingExchange): Promise<void> {
  const body = chatOfResponses(parseBody(ResponsesRequest, parseJson(await readJsonText(exchange.request))))
  const id = requestIdOf(exchange)
  const plan = planChat(body, seat.model, id)
  const head = headOf(id, seat)
  const writer = (response: ServerResponse) =>
    plan.stream
      ? new ResponsesStreamWriter(response, head, plan)
      : new WholeWriter(response, wholeResponseShape(head, plan.maxTokens), plan)
  generate(seat, exchange, { id: `resp_${id}`, plan, writer })
}

/** The client's own name for the request, in a header or in its body, or a new one. */
export function requestIdOf({ request }: Exchange, inBody?: string | null): string {
  const given = request.headers['x-request-id']
  return typeof given === 'string' && given.length > 0 ? given : inBody || randomBytes(8).toString('hex')
}

/** What is the same in every piece of the reply. */
export function headOf(id: string, { model, tellsTimes }: GenerationSeat): ReplyHead {
  return { id, created: Math.floor(Date.now() / 1e3), model: model.engine.model, tellsTimes }
}

/** A reply that the engine is making. */
export interface RunningGeneration {
  readonly generation: Generation
  /** Ends it where it is. Harmless once it has ended. */
  readonly stop: () => void
}

/** A request that was accepted, and how its reply is written. */
export interface PlannedGeneration {
  /** As the client sees it. */
  readonly id: string
  readonly plan: GenerationPlan
  readonly writer: (response: ServerResponse) => ReplyWriter
}

/** Choices that were accepted, and the form of the reply that holds them all. */
interface PlannedChoices {
  readonly id: string
  readonly plans: readonly GenerationPlan[]
  readonly shape: ChoicesShape
}

/** As `generate`, of all choices of a reply: each is a request of the engine's, and all come together. */
function generateChoices(
  seat: GenerationSeat,
  exchange: GeneratingExchange,
  { id, plans, shape }: PlannedChoices,
): void {
  const { request, response, arrival } = exchange
  if (response.destroyed) return
  const reply = plans[0]!.stream ? new ChoiceStream(response, shape, plans) : new WholeChoices(response, shape, plans)
  const generations = plans.map((plan, index) =>
    generationOf(seat, exchange, { id, plan, writer: reply.writerOf(index) }),
  )
  const session = sessionOf(request)
  const aborts = arrival.submitAll(
    generations.map((sink) => ({ request: { ...requestOf(sink.plan), ...session }, sink })),
  )
  const replies = generations.map((generation, at) => ({ generation, abort: aborts[at]! }))
  watch(seat, response, replies)
}

/** Hands an accepted request to the engine, and its reply to the client; undefined where that has gone away. */
export function generate(
  seat: GenerationSeat,
  exchange: GeneratingExchange,
  { id, plan, writer }: PlannedGeneration,
): RunningGeneration | undefined {
  const { request, response, arrival } = exchange
  if (response.destroyed) return undefined
  const generation = generationOf(seat, exchange, { id, plan, writer: writer(response) })
  const abort = arrival.submit({ ...requestOf(plan), ...sessionOf(request) }, generation)
  return { generation, stop: watch(seat, response, [{ generation, abort }]) }
}

function generationOf(
  { clock, listener, model, keepTokenInstants, streamInterval }: GenerationSeat,
  { response, receivedMs, onError, arrival, isCut, stallMs }: GeneratingExchange,
  { id, plan, writer }: { readonly id: string; readonly plan: GenerationPlan; readonly writer: ReplyWriter },
): Generation {
  const { blockSize, enablePrefixCaching } = model.engine.scheduler
  return new Generation({
    id,
    plan,
    receivedMs,
    queuedMs: arrival.atMs,
    keyedMs: clock.now(),
    cacheableTokens: enablePrefixCaching ? plan.prompt.blockKeys.length * blockSize : 0,
    writer,
    listener: isCut ? cutting(response, listener) : listener,
    now: () => clock.now(),
    keepTokenInstants,
    streamInterval: Math.max(streamInterval, plan.streamInterval ?? 1),
    ...(stallMs !== undefined && { stall: (goOn: () => void) => stall(clock, response, { stallMs, goOn }) }),
    onError: (error) => {
      response.destroy()
      onError(error)
    },
  })
}

/** Replies whose client may go away; what stops them. */
function watch(
  { stops }: GenerationSeat,
  response: ServerResponse,
  replies: readonly { readonly generation: Generation; readonly abort: () => void }[],
): () => void {
  const stop = () => {
    for (const { generation, abort } of replies) {
      abort()
      generation.stopped()
    }
  }
  stops.add(stop)
  response.on('close', () => {
    stops.delete(stop)
    for (const { generation, abort } of replies) {
      if (!generation.ended) abort()
      generation.aborted()
    }
  })
  return stop
}

function stall(
  clock: Clock,
  response: ServerResponse,
  { stallMs, goOn }: { readonly stallMs: number; readonly goOn: () => void },
): void {
  if (Number.isFinite(stallMs)) response.on('close', clock.at(clock.now() + stallMs, goOn))
}

/** Ends the connection at a token behind one that has been sent, of a whole reply at the second; at the last one where tokens came too close together. */
function cutting(response: ServerResponse, listener: GenerationListener): GenerationListener {
  return {
    token: (generation, atMs, previousMs) => {
      listener.token(generation, atMs, previousMs)
      const { plan, generated, firstWriteMs } = generation
      const isUnderWay = plan.stream ? firstWriteMs !== undefined : generated > 1
      if (isUnderWay || generated === plan.reply.outputTokens) response.destroy()
    },
    finished: (generation) => listener.finished(generation),
    aborted: (generation) => listener.aborted(generation),
  }
}

function requestOf({ prompt, reply, maxTokens, ignoresEos, priority, promptLogProbs }: GenerationPlan) {
  const { promptTokens, blockKeys } = prompt
  const { outputTokens, finishReason } = reply
  return {
    ...{ promptTokens, blockKeys, outputTokens, maxTokens, ignoresEos, priority, finishReason },
    ...(promptLogProbs && { skipsCache: true }),
  }
}

/**
 * Headers by which clients name the conversation of a request, the first that is there. Source: Dynamo's agent tracing, and what AIPerf sends
 * to routers.
 */
const sessionHeaders = ['x-dynamo-session-id', 'x-session-id', 'x-correlation-id']

function sessionOf({ headers }: IncomingMessage): { readonly session?: string } {
  for (const name of sessionHeaders) {
    const session = headers[name]
    if (typeof session === 'string' && session !== '') return { session }
  }
  return {}
}
