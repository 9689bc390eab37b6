import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock } from '@reprise/replay-engine'
import { ChatCompletionRequest, ResponsesRequest } from '@reprise/wire'
import type { EngineDriver } from '../drive/engine-driver.ts'
import { ApiError } from './api-error.ts'
import { chatOfResponses } from './chat-of-responses.ts'
import { chatShape } from './chat-shape.ts'
import { completionShape } from './completion-shape.ts'
import { type Exchange, type GeneratingExchange, type Handler, readJsonText } from './exchange.ts'
import type { FailureKind } from './failures.ts'
import { Generation, type GenerationListener } from './generation.ts'
import { parseBody, parseJson } from './parse-body.ts'
import { parseCompletion } from './parse-completion.ts'
import { type GenerationPlan, planChat, planCompletion, type ServedModel } from './plan-generation.ts'
import type { ReplyHead, ReplyShape } from './reply-shape.ts'
import { type ReplyWriter, StreamWriter, WholeWriter } from './reply-writer.ts'
import { wholeResponseShape } from './responses-shape.ts'
import { ResponsesStreamWriter } from './responses-writer.ts'

/** What generating routes work with. */
export interface GenerationSeat {
  readonly model: ServedModel
  readonly driver: EngineDriver
  readonly clock: Clock
  readonly listener: GenerationListener
  readonly keepTokenInstants: boolean
  /** Tokens of a stream that are sent together, but for its first and its last ones. */
  readonly streamInterval: number
  /** How the request that comes now is to fail; absent if it is not. Each call stands for one request. */
  readonly nextFailure: () => FailureKind | undefined
}

/**
 * A route whose requests reach the engine at the instant at which they begin to come: reading and keying a long prompt is work of this server,
 * of which the modelled one knows nothing.
 */
export function generating(
  { driver, nextFailure }: GenerationSeat,
  serve: (exchange: GeneratingExchange) => Promise<void>,
): { readonly POST: Handler } {
  return {
    POST: async (exchange) => {
      const failure = nextFailure()
      if (failure === 'error') {
        exchange.request.resume()
        throw new ApiError('This request was asked to fail.', { status: 500, type: 'InternalServerError' })
      }
      const arrival = driver.announce()
      try {
        await serve({ ...exchange, arrival, isCut: failure === 'cut' })
      } finally {
        arrival.withdraw()
      }
    },
  }
}

/** `POST /v1/chat/completions` */
export async function serveChat(seat: GenerationSeat, exchange: GeneratingExchange): Promise<void> {
  const body = parseBody(ChatCompletionRequest, parseJson(await readJsonText(exchange.request)))
  const id = requestIdOf(exchange)
  const plan = planChat(body, seat.model, id)
  const head = headOf(`chatcmpl-${id}`, seat)
  generate(seat, exchange, { id: head.id, plan, writer: shapedWriter(plan, chatShape(head)) })
}

/** `POST /v1/completions` */
export async function serveCompletion(seat: GenerationSeat, exchange: GeneratingExchange): Promise<void> {
  const body = parseCompletion(await readJsonText(exchange.request))
  const id = requestIdOf(exchange)
  const plan = planCompletion(body, seat.model, id)
  const head = headOf(`cmpl-${id}`, seat)
  generate(seat, exchange, { id: head.id, plan, writer: shapedWriter(plan, completionShape(head)) })
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

/** The client's own name for the request, or a new one. */
export function requestIdOf({ request }: Exchange): string {
  const given = request.headers['x-request-id']
  return typeof given === 'string' && given.length > 0 ? given : randomBytes(8).toString('hex')
}

/** What is the same in every piece of the reply. */
export function headOf(id: string, { model }: GenerationSeat): ReplyHead {
  return { id, created: Math.floor(Date.now() / 1e3), model: model.engine.model }
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

function shapedWriter(plan: GenerationPlan, shape: ReplyShape): PlannedGeneration['writer'] {
  const Writer = plan.stream ? StreamWriter : WholeWriter
  return (response) => new Writer(response, shape, plan)
}

/** Hands an accepted request to the engine, and its reply to the client; undefined where that has gone away. */
export function generate(
  seat: GenerationSeat,
  { request, response, receivedMs, onError, arrival, isCut }: GeneratingExchange,
  { id, plan, writer }: PlannedGeneration,
): RunningGeneration | undefined {
  if (response.destroyed) return undefined
  const { clock, listener, model, keepTokenInstants, streamInterval } = seat
  const { blockSize, enablePrefixCaching } = model.engine.scheduler
  const generation = new Generation({
    id,
    plan,
    receivedMs,
    queuedMs: arrival.atMs,
    cacheableTokens: enablePrefixCaching ? plan.prompt.blockKeys.length * blockSize : 0,
    writer: writer(response),
    listener: isCut ? cutting(response, listener) : listener,
    now: () => clock.now(),
    keepTokenInstants,
    streamInterval,
    onError: (error) => {
      response.destroy()
      onError(error)
    },
  })
  const abort = arrival.submit({ ...requestOf(plan), ...sessionOf(request) }, generation)
  response.on('close', () => {
    if (generation.ended) return
    abort()
    generation.aborted()
  })
  return {
    generation,
    stop: () => {
      abort()
      generation.stopped()
    },
  }
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

function requestOf({ prompt, reply, maxTokens, ignoresEos, priority }: GenerationPlan) {
  const { promptTokens, blockKeys } = prompt
  const { outputTokens, finishReason } = reply
  return { promptTokens, blockKeys, outputTokens, maxTokens, ignoresEos, priority, finishReason }
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
