import { cleanText } from './clean-text.ts'
import { isObject, type JsonObject, listAt, objectAt, parseJson, textAt } from './json-fields.ts'

/** What a server says went wrong, in whichever of the usual shapes it said it. */
export interface ServerError {
  /** Fit for one line; never empty. */
  readonly message: string
  readonly type?: string
  /** The request field that it blames. */
  readonly param?: string
  readonly code?: string
}

/** Why a server refused. `truncated`: the prompt, or prompt and output together, do not fit its context. */
export type Refusal = {
  readonly kind:
    | 'truncated'
    | 'rate-limited'
    | 'bad-request'
    | 'unknown-model'
    | 'unauthorized'
    | 'timeout'
    | 'server-error'
    | 'error-in-stream'
  readonly message: string
}

/**
 * The wordings with which servers say that a request does not fit the context.
 *
 * Source: vLLM 0.6 to 0.32 (three generations), SGLang, OpenAI, Anthropic, llama.cpp, TensorRT-LLM, TGI, as their servers answer.
 */
const CONTEXT_OVERFLOW: readonly RegExp[] = [
  /context[ _-]?length/i,
  /maximum context/i,
  /context (window|limit|size)/i,
  /exceed_context_size/i,
  /prompt is too long/i,
  /(max(imum)?[ _]model[ _]len|max_seq_len)/i,
  /input token count .*exceeds/i,
  /inputs` (tokens|must have less than)/i,
]

/** The error in a reply's body, an event of a stream included; undefined where the body is not an error. */
export function parseServerError(body: unknown): ServerError | undefined {
  if (!isObject(body)) return undefined
  const error = body.error
  if (typeof error === 'string' && error !== '') return { message: cleanText(error) }
  if (isObject(error)) return errorFrom(error)
  if (body.object === 'error' || (body.type === 'error' && 'message' in body)) return errorFrom(body)
  if ('detail' in body) return detailFrom(body)
  if (!('choices' in body) && textAt(body, 'message') !== undefined) return errorFrom(body)
  return undefined
}

/** Why a reply whose status is not 2xx was given, from its status and body. */
export function classifyRefusal(status: number, body: string): Refusal {
  const error = parseServerError(parseJson(body)) ?? { message: cleanText(body) || `HTTP status ${status}` }
  if (mayMeanOverflow(status) && isContextOverflow(error)) return { kind: 'truncated', message: error.message }
  return { kind: kindOf(status, error), message: error.message }
}

/** Why a reply that began with status 200 turned into an error. */
export function classifyStreamError(error: ServerError): Refusal {
  return { kind: isContextOverflow(error) ? 'truncated' : 'error-in-stream', message: error.message }
}

/** The first of `fields` that the error blames; undefined where it names none. */
export function blamedField(error: ServerError, fields: readonly string[]): string | undefined {
  const last = error.param?.split('.').at(-1)
  return (
    fields.find((field) => last === field) ?? fields.find((field) => new RegExp(`\\b${field}\\b`).test(error.message))
  )
}

function isContextOverflow({ message, code, type }: ServerError): boolean {
  return [message, code, type].some((text) => text !== undefined && CONTEXT_OVERFLOW.some((words) => words.test(text)))
}

/** Only where a server blames the request, or fails without saying whom it blames, can a wording mean a prompt too long. */
function mayMeanOverflow(status: number): boolean {
  return status === 400 || status === 413 || status === 422 || status === 500
}

function kindOf(status: number, error: ServerError): Refusal['kind'] {
  if (status === 401 || status === 403) return 'unauthorized'
  if (status === 408) return 'timeout'
  if (status === 429) return 'rate-limited'
  if (status >= 500) return 'server-error'
  return blamesModel(status, error) ? 'unknown-model' : 'bad-request'
}

function blamesModel(status: number, { message, param, code }: ServerError): boolean {
  if (code === 'model_not_found') return true
  if (status !== 404 && status !== 400) return false
  if (param === 'model') return true
  return /\bmodel\b.*(does not exist|not found|not available|unknown)|unknown model/i.test(message)
}

function errorFrom(error: JsonObject): ServerError {
  const type = textAt(error, 'type')
  const param = textAt(error, 'param')
  const code = typeof error.code === 'number' ? String(error.code) : textAt(error, 'code')
  return {
    message: cleanText(textAt(error, 'message') ?? JSON.stringify(error)) || 'an error without a message',
    ...(type !== undefined && { type: cleanText(type) }),
    ...(param !== undefined && { param: cleanText(param) }),
    ...(code !== undefined && { code: cleanText(code) }),
  }
}

/** FastAPI's own errors: `detail` is a text, or a list of `{loc, msg}`. */
function detailFrom(body: JsonObject): ServerError {
  const first = listAt(body, 'detail')[0]
  if (!isObject(first)) return { message: cleanText(textAt(body, 'detail') ?? JSON.stringify(body)) }
  const place = listAt(first, 'loc').join('.')
  return {
    message: cleanText(`${textAt(first, 'msg') ?? 'refused'} (${place})`),
    ...(place !== '' && { param: cleanText(place) }),
    ...(objectAt(first, 'ctx') && { type: 'validation' }),
  }
}
