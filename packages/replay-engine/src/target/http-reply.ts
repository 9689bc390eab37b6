import {
  ChatStream,
  ChunkTemplate,
  classifyRefusal,
  classifyStreamError,
  cleanText,
  parseFullReply,
  type Refusal,
  SseScanner,
} from '@reprise/wire'
import type { FailureClass, Observer, Outcome, PayloadKind, Usage } from './target.ts'

/** Enough of an error page to find out what it says. */
const MAX_ERROR_BYTES = 64 * 1024
const MAX_FULL_REPLY_BYTES = 64 * 1024 * 1024

/**
 * Finish reasons of a server that gave a reply up.
 *
 * Source: vLLM's FinishReason (abort, error); SGLang's abort.
 */
const GIVEN_UP: readonly string[] = ['abort', 'error']

/** Reads the reply to one chat completion request, whatever shape it comes in, and tells the observer of each chunk. */
export class HttpReply {
  readonly #observer: Observer
  readonly #stream = new ChatStream()
  readonly #template = new ChunkTemplate()
  readonly #scanner = new SseScanner((data) => this.#event(data), {
    isRecognised: (bytes, from, end) => this.#recognise(bytes, from, end),
  })
  readonly #body: Buffer[] = []
  #bodyBytes = 0
  #status: number | undefined
  #isStream = false
  #readMs = 0
  #retryAfter: string | undefined
  #outcome: Outcome | undefined

  constructor(observer: Observer) {
    this.#observer = observer
  }

  begin(status: number, headers: Readonly<Record<string, string | readonly string[] | undefined>>): void {
    this.#status = status
    this.#isStream = status === 200 && !String(headers['content-type'] ?? '').includes('json')
    if (headers['retry-after'] !== undefined) this.#retryAfter = cleanText(String(headers['retry-after']), 40)
  }

  /**
   * Takes what one read of the socket brought at `atMs`: the instant of every chunk in it.
   *
   * @returns the outcome, where it is known before the reply has ended.
   */
  read(bytes: Buffer, atMs: number): Outcome | undefined {
    this.#readMs = atMs
    if (!this.#isStream) this.#keep(bytes)
    else this.#scan(() => this.#scanner.push(bytes))
    return this.#outcome
  }

  get hasBegun(): boolean {
    return this.#status !== undefined
  }

  /** The reply says that it is complete, though its connection may not have ended it. */
  get isComplete(): boolean {
    return this.#stream.done
  }

  /** The outcome of a reply that has come to its end at `atMs`. */
  end(atMs: number): Outcome {
    this.#readMs = atMs
    if (this.#isStream) this.#scan(() => this.#scanner.end())
    if (this.#outcome) return this.#outcome
    if (this.#status !== 200) return this.#refused()
    if (!this.#isStream) return this.#full()
    if (this.#stream.done || this.#stream.finishReason !== undefined) return this.#ok()
    return this.failed('malformed-reply', 'the stream ended without a finish reason and without [DONE]')
  }

  /** The outcome of a reply that broke off. What had been complete by then is ok. */
  broken(failure: FailureClass, message: string): Outcome {
    return this.#outcome ?? (this.#stream.done ? this.#ok() : this.failed(failure, message))
  }

  /** A failure of this reply, with the usage it had told. */
  failed(failure: FailureClass, message: string): Outcome {
    const usage = this.#stream.usage
    const status = this.#status
    return { kind: 'failed', class: failure, ...(status !== undefined && { status }), message, ...(usage && { usage }) }
  }

  #scan(read: () => void): void {
    try {
      read()
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      this.#outcome ??= this.failed('malformed-reply', error.message)
    }
  }

  /** Most chunks of a reply differ in their text alone; reading each would be most of the client's own work. */
  #recognise(bytes: Buffer, from: number, end: number): boolean {
    if (this.#outcome || !this.#template.matches(bytes, from, end)) return false
    this.#observer.chunk(this.#readMs, 'answer')
    return true
  }

  #event(data: string): void {
    if (this.#outcome) return
    const event = this.#stream.read(data)
    if (event.kind === 'payload') {
      this.#observer.chunk(this.#readMs, kindOf(event.text), event.tokens)
      this.#template.learn(data, event.text.answer)
    }
    if (event.kind === 'error') this.#outcome = this.#refusal(classifyStreamError(event.error))
    if (event.kind === 'malformed') this.#outcome = this.failed('malformed-reply', event.message)
  }

  #keep(bytes: Buffer): void {
    const limit = this.#status === 200 ? MAX_FULL_REPLY_BYTES : MAX_ERROR_BYTES
    if (this.#bodyBytes >= limit) return
    this.#body.push(Buffer.from(bytes))
    this.#bodyBytes += bytes.length
  }

  #text(): string {
    return Buffer.concat(this.#body).toString('utf8')
  }

  #refused(): Outcome {
    const { kind, message } = classifyRefusal(this.#status ?? 0, this.#text())
    const wish = this.#retryAfter === undefined ? '' : ` (Retry-After: ${this.#retryAfter})`
    return this.#refusal({ kind, message: message + wish })
  }

  #refusal({ kind, message }: Refusal): Outcome {
    if (kind !== 'truncated') return this.failed(kind, message)
    return { kind, ...(this.#status !== undefined && { status: this.#status }), message }
  }

  /** A server that does not stream, although it was asked to: its one chunk comes with the end. */
  #full(): Outcome {
    const reply = parseFullReply(this.#text())
    if (reply.kind === 'malformed') return this.failed('malformed-reply', 'the reply is not a chat completion')
    if (reply.kind === 'error') return this.#refusal(classifyStreamError(reply.error))
    const { text, finishReason, usage } = reply
    if (text.answer + text.reasoning + text.tool !== '') {
      this.#observer.chunk(this.#readMs, kindOf(text), usage?.outputTokens || undefined)
    }
    return this.#complete(finishReason, usage)
  }

  #ok(): Outcome {
    return this.#complete(this.#stream.finishReason, this.#stream.usage)
  }

  #complete(finishReason: string | undefined, usage: Usage | undefined): Outcome {
    if (finishReason !== undefined && GIVEN_UP.includes(finishReason)) {
      return this.failed('error-in-stream', `the server gave the reply up (finish reason ${finishReason})`)
    }
    return { kind: 'ok', ...(finishReason !== undefined && { finishReason }), ...(usage && { usage }) }
  }
}

/** A chunk that holds more than reasoning is where the answer begins. */
function kindOf({ answer, tool }: { readonly answer: string; readonly tool: string }): PayloadKind {
  if (answer !== '') return 'answer'
  return tool === '' ? 'reasoning' : 'tool'
}
