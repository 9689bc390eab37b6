import { parseServerError, type ServerError } from './error-class.ts'
import { isObject, parseJson } from './json-fields.ts'
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

/** Reads the body of a non-streamed reply of `/v1/chat/completions`, `/v1/completions` or `/v1/responses`. */
export function parseFullReply(body: string): FullReply {
  const json = parseJson(body)
  const error = parseServerError(json)
  if (error) return { kind: 'error', error }
  if (!isObject(json)) return { kind: 'malformed' }
  const isResponse = Array.isArray(json.output)
  if (!isResponse && !Array.isArray(json.choices)) return { kind: 'malformed' }
  const finishReason = isResponse ? finishReasonOfResponse(json) : finishReasonOf(json)
  const text = isResponse ? textOfOutput(json) : textOfChoices(json)
  const count = new UsageCount()
  count.read(json)
  const usage = count.usage({ hasText: text.answer + text.reasoning + text.tool !== '' })
  return { kind: 'reply', text, ...(finishReason !== undefined && { finishReason }), ...(usage && { usage }) }
}
