import { printable } from '@reprise/safe-text'
import { parseNamedError, parseServerError, type ServerError } from './error-class.ts'
import { isObject, parseJson } from './json-fields.ts'
import { isMessagesEvent, readMessagesEvent } from './messages-event.ts'
import { finishReasonOf, type ReplyText, textOfChoices, tokenIdsOf } from './reply-choice.ts'
import { isResponsesEvent, readResponsesEvent } from './responses-event.ts'
import { type TokenUsage, UsageCount } from './token-usage.ts'

/** What one event of a streamed reply brought. */
export type StreamEvent =
  /** Generated text. `tokens` where the server says how many since the text before: by token ids, or by usage on every chunk. */
  | { readonly kind: 'payload'; readonly text: ReplyText; readonly tokens?: number }
  /** Role, usage, finish reason or nothing: no token was generated. */
  | { readonly kind: 'bare' }
  | { readonly kind: 'error'; readonly error: ServerError }
  | { readonly kind: 'malformed'; readonly message: string }
  | { readonly kind: 'done' }

/**
 * A streamed reply of `/v1/chat/completions`, `/v1/completions`, `/v1/responses` or `/v1/messages`, folded event by event.
 *
 * Its getters say what is known so far; text is handed out and not kept.
 */
export class ChatStream {
  readonly #usage = new UsageCount()
  #hasText = false
  /** Tokens that chunks without text have told of since the last text: a parser of the server holds them back. */
  #heldBack = 0
  #finishReason: string | undefined
  #done = false

  /** Reads the data of one server-sent event, and the comment of one that is named an error: see `SseScanner`. */
  read(data: string, errorComment?: string): StreamEvent {
    if (errorComment !== undefined) return { kind: 'error', error: parseNamedError(data, errorComment) }
    if (data === '[DONE]' || data.trim() === '[DONE]') {
      this.#done = true
      return { kind: 'done' }
    }
    const body = parseJson(data)
    if (isObject(body) && isResponsesEvent(body)) return this.#responses(body)
    if (isObject(body) && isMessagesEvent(body)) return this.#messages(body)
    const error = parseServerError(body)
    if (error) return { kind: 'error', error }
    if (!isObject(body)) return { kind: 'malformed', message: `not a JSON object: ${printable(data, 120)}` }
    return this.#chunk(body)
  }

  /** What the chunks have told; absent where no chunk had usage. */
  get usage(): TokenUsage | undefined {
    return this.#usage.usage({ hasText: this.#hasText })
  }

  get finishReason(): string | undefined {
    return this.#finishReason
  }

  /** `[DONE]` came, or the last event of a response or of a message. */
  get done(): boolean {
    return this.#done
  }

  #responses(body: Readonly<Record<string, unknown>>): StreamEvent {
    const event = readResponsesEvent(body)
    if (event.kind === 'text') {
      this.#hasText = true
      return { kind: 'payload', text: event.text }
    }
    if (event.kind !== 'end') return event
    this.#usage.read(event.response)
    this.#finishReason ??= event.finishReason
    this.#done = true
    return { kind: 'done' }
  }

  #messages(body: Readonly<Record<string, unknown>>): StreamEvent {
    const event = readMessagesEvent(body)
    if (event.kind === 'text') {
      this.#hasText = true
      return { kind: 'payload', text: event.text }
    }
    if (event.kind === 'counts') {
      this.#usage.read({ usage: event.usage })
      this.#finishReason ??= event.finishReason
      return { kind: 'bare' }
    }
    if (event.kind === 'done') this.#done = true
    return event
  }

  #chunk(body: Readonly<Record<string, unknown>>): StreamEvent {
    const grown = this.#usage.read(body)
    this.#finishReason ??= finishReasonOf(body)
    const text = textOfChoices(body)
    const told = tokenIdsOf(body) ?? grown
    this.#heldBack += told ?? 0
    if (text.answer === '' && text.reasoning === '' && text.tool === '') return { kind: 'bare' }
    this.#hasText = true
    const tokens = told === undefined ? undefined : this.#heldBack
    this.#heldBack = 0
    return { kind: 'payload', text, ...(tokens !== undefined && tokens > 0 && { tokens }) }
  }
}
