import { printable } from '@reprise/safe-text'
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
    | 'malformed-reply'
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
  /input length \(\d+ tokens\) exceeds/i,
  /prompt exceeds the KV memory budget/i,
  /inputs` (tokens|must have less than)/i,
]

const NO_MESSAGE = 'an error without a message'

/** Where servers say what it is, the usual names first. */
const MESSAGE_FIELDS = ['message', 'msg', 'error_message', 'error_msg', 'errmsg']

/** A code with which a server says that all is well. */
const FINE_CODE = /^(0*|200|success|ok)$/i

/**
 * The error in a reply's body, or in an event of a stream; undefined where it is not an error. Beside generated text only what is called
 * an error is one; where there is none, any text that a server puts in its place is.
 */
export function parseServerError(body: unknown): ServerError | undefined {
  if (Array.isArray(body)) return firstError(body)
  if (!isObject(body)) return undefined
  const { error } = body
  // Empty ones and zeros say that there was none.
  if (error) {
    if (typeof error === 'string') return { message: messageText(error) || NO_MESSAGE }
    if (isObject(error)) return Object.values(error).some(Boolean) ? errorFrom(error) : undefined
    if (!Array.isArray(error)) return errorFrom(body)
    if (error.length > 0) return firstError(error) ?? { message: messageText(JSON.stringify(error)) }
  }
  if (body.object === 'error' || body.type === 'error') return errorFrom(body)
  return listAt(body, 'choices').length > 0 || isObject(body.usage) ? undefined : flatError(body)
}

/** The error of an event that is named one: in whatever its data are, or else in its comment. */
export function parseNamedError(data: string, comment: string): ServerError {
  const body = parseJson(data)
  const found = parseServerError(body)
  if (found) return found
  const text = typeof body === 'string' ? body : isObject(body) || body === undefined ? data : ''
  return { message: messageText(comment) || messageText(text) || NO_MESSAGE }
}

/** Why a reply whose status is not 2xx was given, from its status and body. */
export function classifyRefusal(status: number, body: string): Refusal {
  const error = parseServerError(parseJson(body)) ?? { message: messageText(body) || `HTTP status ${status}` }
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
  // No error, and no reply to a completion either: a redirect, or a success without one.
  if (status < 400) return 'malformed-reply'
  return blamesModel(status, error) ? 'unknown-model' : 'bad-request'
}

function blamesModel(status: number, { message, param, code }: ServerError): boolean {
  if (code === 'model_not_found') return true
  if (status !== 404 && status !== 400) return false
  if (param === 'model') return true
  return /\bmodel\b.*(does not exist|not found|not available|unknown)|unknown model/i.test(message)
}

function firstError(list: readonly unknown[]): ServerError | undefined {
  for (const each of list) {
    const error = parseServerError(each)
    if (error) return error
  }
  return undefined
}

/** An error that does not say that it is one. `{"code": 0, "msg": "success"}` is none. */
function flatError(body: JsonObject): ServerError | undefined {
  const detailed = detailFrom(body.detail)
  if (detailed) return detailed
  const code = body.code ?? body.error_code
  if (code !== undefined && code !== null) return FINE_CODE.test(String(code)) ? undefined : errorFrom(body)
  if (messageOf(body) !== undefined) return errorFrom(body)
  const errors = listAt(body, 'errors')
  if (errors.length > 0) return firstError(errors) ?? { message: messageText(JSON.stringify(errors)) }
  return wrappedError(body)
}

/**
 * An error told by a status in the body.
 *
 * Source: MiniMax's `base_resp`; `success: false` and `status: "error"` of gateways.
 */
function wrappedError(body: JsonObject): ServerError | undefined {
  const base = objectAt(body, 'base_resp')
  const code = base?.status_code
  if (base && code !== undefined && code !== null && !FINE_CODE.test(String(code))) {
    return {
      ...errorFrom(base),
      message: messageText(textAt(base, 'status_msg') ?? JSON.stringify(base)) || NO_MESSAGE,
    }
  }
  const hasFailed = body.success === false || /^(error|fail(ed|ure)?)$/i.test(textAt(body, 'status') ?? '')
  return hasFailed ? errorFrom(body) : undefined
}

function errorFrom(error: JsonObject): ServerError {
  const type = textAt(error, 'type')
  const param = textAt(error, 'param')
  const number = error.code ?? error.error_code
  const code =
    typeof number === 'number' ? String(number) : typeof number === 'string' && number !== '' ? number : undefined
  return {
    message: messageText(messageOf(error) ?? JSON.stringify(error)) || NO_MESSAGE,
    ...(type !== undefined && { type: messageText(type) }),
    ...(param !== undefined && { param: messageText(param) }),
    ...(code !== undefined && { code: messageText(code) }),
  }
}

function messageOf(error: JsonObject): string | undefined {
  for (const field of MESSAGE_FIELDS) {
    const text = textAt(error, field)
    if (text !== undefined) return text
  }
  return undefined
}

/** FastAPI's own errors: `detail` is a text, a list of `{loc, msg}`, or what a server put there. */
function detailFrom(detail: unknown): ServerError | undefined {
  if (typeof detail === 'string') return detail === '' ? undefined : { message: messageText(detail) || NO_MESSAGE }
  if (isObject(detail)) return parseServerError(detail) ?? { message: messageText(JSON.stringify(detail)) }
  if (!Array.isArray(detail) || detail.length === 0) return undefined
  const first: unknown = detail[0]
  if (!isObject(first)) return { message: messageText(JSON.stringify(detail)) }
  const place = listAt(first, 'loc').join('.')
  return {
    message: messageText(`${textAt(first, 'msg') ?? 'refused'} (${place})`),
    ...(place !== '' && { param: messageText(place) }),
    ...(objectAt(first, 'ctx') && { type: 'validation' }),
  }
}

/** What a server says, as one line; an error page is cut. */
function messageText(text: string): string {
  return printable(text, 400)
}
