import type { ServerResponse } from 'node:http'
import { ResponsesRequest } from '@reprise/wire'
import { ApiError } from '../api-error.ts'
import { chatOfResponses } from '../chat-of-responses.ts'
import { type GeneratingExchange, sendJson } from '../exchange.ts'
import { parseBody, parseJson } from '../parse-body.ts'
import { WholeWriter } from '../reply-writer.ts'
import { planSglangChat } from './plan-sglang.ts'
import { readSglangJson } from './read-sglang-json.ts'
import { type SglangSeat, startSglang } from './serve-sglang.ts'
import { wholeSglangResponse } from './sglang-responses-shape.ts'
import { SglangResponsesWriter } from './sglang-responses-writer.ts'

/** Tokens that SGLang takes off what is asked for. Source: `ResponsesRequest.to_sampling_params` of SGLang 0.5.23. */
const headroom = 2

/** `POST /v1/responses`. Nothing is kept, as there without `--enable-response-store`. */
export async function serveSglangResponses(seat: SglangSeat, exchange: GeneratingExchange): Promise<void> {
  const planned = await inItsEnvelope(exchange.response, async () => {
    const body = parseBody(ResponsesRequest, parseJson(await readSglangJson(exchange.request)))
    checkAsked(body, seat.model.engine.model)
    refuseForms(body)
    const id = `resp_${seat.inFlight.idOf(undefined)}`
    const { max_output_tokens: asked } = body
    const chat = chatOfResponses({ ...body, ...(typeof asked === 'number' && { max_output_tokens: asked - headroom }) })
    return { id, body, plan: planSglangChat(chat, seat.model, id) }
  })
  if (!planned) return
  const { id, body, plan } = planned
  const head = { id, created: Math.floor(Date.now() / 1e3), model: body.model ?? seat.model.engine.model }
  const writer = (response: ServerResponse) =>
    plan.stream
      ? new SglangResponsesWriter(response, head, body)
      : new WholeWriter(response, wholeSglangResponse(head, body), plan)
  startSglang(seat, exchange, { id, plan, writer })
}

/** @throws ApiError in SGLang's words. Source: `create_responses` and `_validate_model` of `entrypoints/openai/serving_responses.py`. */
function checkAsked({ previous_response_id, background, model }: ResponsesRequest, served: string): void {
  const type = 'invalid_request_error'
  for (const [param, given] of Object.entries({ previous_response_id, background })) {
    if (!given) continue
    const message =
      'Response store is disabled. Stateful Responses require --enable-response-store on a standalone server; response storage is unavailable in PD mode.'
    throw new ApiError(message, { type, param })
  }
  if (model && model !== served)
    throw new ApiError(`The model '${model}' does not exist`, { type, status: 404, param: 'model' })
}

/** @throws ApiError for what the embedded model cannot do. */
function refuseForms({ text, include }: ResponsesRequest): void {
  const { format } = (text ?? {}) as { readonly format?: { readonly type?: unknown } }
  if (format && format.type !== 'text')
    throw new ApiError('text.format is not supported: the embedded model writes words, and in no other form.', {
      param: 'text',
    })
  if (Array.isArray(include) && include.includes('message.output_text.logprobs'))
    throw new ApiError('message.output_text.logprobs is not supported: the embedded model has none.', {
      param: 'include',
    })
}

/** Errors of this route are OpenAI's, where those of others are not. Undefined once refused. */
async function inItsEnvelope<T>(response: ServerResponse, plan: () => Promise<T>): Promise<T | undefined> {
  try {
    return await plan()
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    sendJson(response, renderResponsesError(error), error.status)
    return undefined
  }
}

/** Source: `validation_exception_handler` and `create_error_response`: what is wrong with a body names no field. */
export function renderResponsesError({ message, problems, param, status }: ApiError): string {
  const told = problems ? `${message} [${problems.map(({ shown }) => shown).join(', ')}]` : message
  const error = problems ? { type: 'Bad Request', param: null } : { type: 'invalid_request_error', param }
  return JSON.stringify({ error: { message: told, ...error, code: status } })
}
