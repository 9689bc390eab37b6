import {
  ChatStream,
  type ChunkTemplate,
  classifyRefusal,
  classifyStreamError,
  cleanText,
  parseFullReply,
  type Refusal,
  type ReplyText,
  SseScanner,
} from '@reprise/wire'
import type { ResponseHead } from './http-response-head.ts'
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
  readonly #template: ChunkTemplate
  readonly #scanner = new SseScanner((data) => this.#event(data), {
    recogniser: {
      endOf: (bytes, from, end) => this.#template.endOf(bytes, from, end),
      recognised: () => this.#recognised(),
    },
  })
  readonly #body: Buffer[] = []
  #bodyBytes = 0
  #status: number | undefined
  #isStream = false
  #readMs = 0
  #retryAfter: string | undefined
  #outcome: Outcome | undefined
  #isOver = false

  /** @param template one that no other reply uses; what is learned of this reply stays in it. */
  constructor(observer: Observer, template: ChunkTemplate) {
    this.#observer = observer
    this.#template = template
  }

  /** @returns the outcome, where the head decides it. */
  begin({ status, headers }: ResponseHead): Outcome | undefined {
    this.#status = status
    const coding = headers.get('content-encoding')?.toLowerCase() || 'identity'
    // An error page says enough by its status.
    if (status === 200 && coding !== 'identity') {
      this.#outcome = this.failed(
        'malformed-reply',
        `a content coding that was not asked for: ${cleanText(coding, 40)}`,
      )
    }
    this.#isStream = status === 200 && !headers.get('content-type')?.includes('json')
    const retryAfter = headers.get('retry-after')
    if (retryAfter !== undefined) this.#retryAfter = cleanText(retryAfter, 40)
    return this.#outcome
  }

  /**
   * Takes the bytes `from` (inclusive) to `end` (exclusive) of what one read of the socket brought at `atMs`: the instant of every chunk
   * in it.
   *
   * @returns the outcome, where it is known before the reply has ended.
   */
  read(bytes: Buffer, from: number, end: number, atMs: number): Outcome | undefined {
    this.#readMs = atMs
    if (this.#isStream) this.#push(bytes, from, end)
    else this.#keep(bytes.subarray(from, end))
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

  /** Nothing more is told of it, whatever else stands in the read that is being handled. */
  close(): void {
    this.#isOver = true
  }

  /** Without a function made for each read. */
  #push(bytes: Buffer, from: number, end: number): void {
    try {
      this.#scanner.push(bytes, from, end)
    } catch (error) {
      this.#refuse(error)
    }
  }

  #scan(read: () => void): void {
    try {
      read()
    } catch (error) {
      this.#refuse(error)
    }
  }

  #refuse(error: unknown): void {
    if (!(error instanceof RangeError)) throw error
    this.#outcome ??= this.failed('malformed-reply', error.message)
  }

  /** Most chunks of a reply differ in their text alone; reading each would be most of the client's own work. */
  #recognised(): void {
    if (!this.#outcome && !this.#isOver)
      this.#observer.chunk(this.#readMs, 'answer', undefined, this.#template.textBytes)
  }

  #event(data: string): void {
    if (this.#outcome || this.#isOver) return
    this.#observer.raw?.(this.#readMs, data)
    const event = this.#stream.read(data)
    if (event.kind === 'payload') {
      this.#observer.chunk(this.#readMs, kindOf(event.text), event.tokens, bytesOf(event.text))
      // What is recognised is not read, and an observer of the raw data wants all of it.
      if (!this.#observer.raw) this.#template.learn(data, event.text.answer)
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
    this.#observer.raw?.(this.#readMs, this.#text())
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
    this.#observer.raw?.(this.#readMs, this.#text())
    const reply = parseFullReply(this.#text())
    if (reply.kind === 'malformed') return this.failed('malformed-reply', 'the reply is not a chat completion')
    if (reply.kind === 'error') return this.#refusal(classifyStreamError(reply.error))
    const { text, finishReason, usage } = reply
    if (text.answer + text.reasoning + text.tool !== '') {
      this.#observer.chunk(this.#readMs, kindOf(text), usage?.outputTokens || undefined, bytesOf(text))
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

function bytesOf({ answer, reasoning, tool }: ReplyText): number {
  return Buffer.byteLength(answer) + Buffer.byteLength(reasoning) + Buffer.byteLength(tool)
}

/** A chunk that holds more than reasoning is where the answer begins. */
function kindOf({ answer, tool }: { readonly answer: string; readonly tool: string }): PayloadKind {
  if (answer !== '') return 'answer'
  return tool === '' ? 'reasoning' : 'tool'
}
