import { cleanText } from './clean-text.ts'
import { parseServerError, type ServerError } from './error-class.ts'
import { isObject, parseJson } from './json-fields.ts'
import { finishReasonOf, type ReplyText, textOfChoices, tokenIdsOf } from './reply-choice.ts'
import { laterUsage, parseUsage, type ReplyUsage } from './reply-usage.ts'

/** What one event of a streamed reply brought. */
export type StreamEvent =
  /** Generated text. `tokens` where the server says how many: by token ids, or by usage on every chunk. */
  | { readonly kind: 'payload'; readonly text: ReplyText; readonly tokens?: number }
  /** Role, usage, finish reason or nothing: no token was generated. */
  | { readonly kind: 'bare' }
  | { readonly kind: 'error'; readonly error: ServerError }
  | { readonly kind: 'malformed'; readonly message: string }
  | { readonly kind: 'done' }

/**
 * A streamed reply of `/v1/chat/completions` or `/v1/completions`, folded event by event.
 *
 * Its getters say what is known so far; text is handed out and not kept.
 */
export class ChatStream {
  #usage: ReplyUsage | undefined
  #finishReason: string | undefined
  #done = false

  /** Reads the data of one server-sent event. */
  read(data: string): StreamEvent {
    if (data === '[DONE]' || data.trim() === '[DONE]') {
      this.#done = true
      return { kind: 'done' }
    }
    const body = parseJson(data)
    if (!isObject(body)) return { kind: 'malformed', message: `not a JSON object: ${cleanText(data, 120)}` }
    const error = 'choices' in body && !isObject(body.error) ? undefined : parseServerError(body)
    if (error) return { kind: 'error', error }
    return this.#chunk(body)
  }

  /** The latest usage; absent where no chunk had one. */
  get usage(): ReplyUsage | undefined {
    return this.#usage
  }

  get finishReason(): string | undefined {
    return this.#finishReason
  }

  /** `[DONE]` came. */
  get done(): boolean {
    return this.#done
  }

  #chunk(body: Readonly<Record<string, unknown>>): StreamEvent {
    const before = this.#usage?.outputTokens ?? 0
    const usage = parseUsage(body)
    if (usage) this.#usage = laterUsage(this.#usage, usage)
    this.#finishReason ??= finishReasonOf(body)
    const text = textOfChoices(body)
    if (text.answer === '' && text.reasoning === '' && text.tool === '') return { kind: 'bare' }
    const tokens = tokenIdsOf(body) ?? (usage && usage.outputTokens - before)
    return { kind: 'payload', text, ...(tokens !== undefined && tokens > 0 && { tokens }) }
  }
}
