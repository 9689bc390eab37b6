import { randomBytes } from 'node:crypto'
import type { Clock } from '@reprise/replay-engine'
import { ChatCompletionRequest } from '@reprise/wire'
import type { EngineDriver } from '../drive/engine-driver.ts'
import { chatShape } from './chat-shape.ts'
import { completionShape } from './completion-shape.ts'
import { type Exchange, readBody } from './exchange.ts'
import { Generation, type GenerationListener } from './generation.ts'
import { parseBody, parseJson } from './parse-body.ts'
import { parseCompletion } from './parse-completion.ts'
import { type GenerationPlan, planChat, planCompletion, type ServedModel } from './plan-generation.ts'
import type { ReplyHead, ReplyShape } from './reply-shape.ts'
import { StreamWriter, WholeWriter } from './reply-writer.ts'

/** What generating routes work with. */
export interface GenerationSeat {
  readonly model: ServedModel
  readonly driver: EngineDriver
  readonly clock: Clock
  readonly listener: GenerationListener
  readonly keepTokenInstants: boolean
}

/** `POST /v1/chat/completions` */
export async function serveChat(seat: GenerationSeat, exchange: Exchange): Promise<void> {
  const body = parseBody(ChatCompletionRequest, parseJson(await readBody(exchange.request)))
  const id = requestIdOf(exchange)
  generate(seat, exchange, planChat(body, seat.model, id), headOf(`chatcmpl-${id}`, seat), chatShape)
}

/** `POST /v1/completions` */
export async function serveCompletion(seat: GenerationSeat, exchange: Exchange): Promise<void> {
  const body = parseCompletion(await readBody(exchange.request))
  const id = requestIdOf(exchange)
  generate(seat, exchange, planCompletion(body, seat.model, id), headOf(`cmpl-${id}`, seat), completionShape)
}

/** The client's own name for the request, or a new one. */
function requestIdOf({ request }: Exchange): string {
  const given = request.headers['x-request-id']
  return typeof given === 'string' && given.length > 0 ? given : randomBytes(8).toString('hex')
}

function headOf(id: string, { model }: GenerationSeat): ReplyHead {
  return { id, created: Math.floor(Date.now() / 1e3), model: model.engine.model }
}

function generate(
  seat: GenerationSeat,
  { response, receivedMs, onError }: Exchange,
  plan: GenerationPlan,
  head: ReplyHead,
  shapeOf: (head: ReplyHead) => ReplyShape,
): void {
  if (response.destroyed) return
  const Writer = plan.stream ? StreamWriter : WholeWriter
  const { clock, driver, listener, model, keepTokenInstants } = seat
  const { blockSize, enablePrefixCaching } = model.engine.scheduler
  const generation = new Generation({
    id: head.id,
    plan,
    receivedMs,
    queuedMs: clock.now(),
    cacheableTokens: enablePrefixCaching ? plan.prompt.blockKeys.length * blockSize : 0,
    writer: new Writer(response, shapeOf(head), plan),
    listener,
    now: () => clock.now(),
    keepTokenInstants,
    onError: (error) => {
      response.destroy()
      onError(error)
    },
  })
  const abort = driver.submit(requestOf(plan), generation)
  response.on('close', () => {
    if (generation.ended) return
    abort()
    generation.aborted()
  })
}

function requestOf({ prompt, reply }: GenerationPlan) {
  const { promptTokens, blockKeys } = prompt
  return { promptTokens, blockKeys, outputTokens: reply.outputTokens, finishReason: reply.finishReason }
}
