import { parseServerError, type ServerError } from './error-class.ts'
import { isObject, type JsonObject, parseJson } from './json-fields.ts'
import { finishReasonOfMessage, textOfMessage, usageOf } from './messages-event.ts'
import { finishReasonOf, type ReplyText, textOfChoices } from './reply-choice.ts'
import { finishReasonOfResponse, textOfOutput } from './responses-event.ts'
import { type TokenUsage, UsageCount } from './token-usage.ts'

/** A reply that came in one piece. */
export type FullReply =
  | {
      readonly kind: 'reply'
      readonly text: ReplyText
      readonly finishReason?: string
      readonly usage?: TokenUsage
    }
  | { readonly kind: 'error'; readonly error: ServerError }
  | { readonly kind: 'malformed' }

/** Reads the body of a non-streamed reply of `/v1/chat/completions`, `/v1/completions`, `/v1/responses` or `/v1/messages`. */
export function parseFullReply(body: string): FullReply {
  const json = parseJson(body)
  const error = parseServerError(json)
  if (error) return { kind: 'error', error }
  if (!isObject(json)) return { kind: 'malformed' }
  const read = readerOf(json)
  if (!read) return { kind: 'malformed' }
  const finishReason = read.finishReason(json)
  const text = read.text(json)
  const count = new UsageCount()
  count.read(read.counts(json))
  const usage = count.usage({ hasText: text.answer + text.reasoning + text.tool !== '' })
  return { kind: 'reply', text, ...(finishReason !== undefined && { finishReason }), ...(usage && { usage }) }
}

interface BodyReader {
  text(body: JsonObject): ReplyText
  finishReason(body: JsonObject): string | undefined
  /** A body with its usage in the words of chat completions or of responses. */
  counts(body: JsonObject): JsonObject
}

const choices: BodyReader = { text: textOfChoices, finishReason: finishReasonOf, counts: (body) => body }
const response: BodyReader = { text: textOfOutput, finishReason: finishReasonOfResponse, counts: (body) => body }
const message: BodyReader = {
  text: textOfMessage,
  finishReason: finishReasonOfMessage,
  counts: (body) => ({ usage: usageOf(body) }),
}

function readerOf(body: JsonObject): BodyReader | undefined {
  if (Array.isArray(body.output)) return response
  if (Array.isArray(body.choices)) return choices
  return body.type === 'message' && Array.isArray(body.content) ? message : undefined
}
