import { printable } from '@reprise/safe-text'
import { ChatStream } from '../chat-stream.ts'
import type { ChunkTemplate } from '../chunk-template.ts'
import { classifyRefusal, classifyStreamError, type Refusal } from '../error-class.ts'
import type { FailureClass } from '../failure-class.ts'
import { parseFullReply } from '../full-reply.ts'
import type { RawReply } from '../raw-reply.ts'
import type { ReplyText } from '../reply-choice.ts'
import { SseScanner } from '../sse-scanner.ts'
import type { TokenUsage } from '../token-usage.ts'
import type { Observer, PayloadKind } from './observer.ts'
import type { Outcome } from './outcome.ts'
import { type EndedReply, flawOf } from './reply-flaw.ts'
import { beginOfReply, formOf, type ReplyForm } from './reply-form.ts'

/** Enough of an error page to find out what it says. */
const MAX_ERROR_BYTES = 64 * 1024
const MAX_FULL_REPLY_BYTES = 64 * 1024 * 1024

/**
 * Reads the reply to one completion request, whatever shape it comes in, and tells the observer of each chunk.
 *
 * It is handed the head, and the bytes of the body without their transfer coding; instants are its caller's.
 */
export class ReplyReader {
  readonly #observer: Observer
  readonly #stream = new ChatStream()
  readonly #template: ChunkTemplate
  readonly #leastTokens: number | undefined
  readonly #scanner = new SseScanner((data, errorComment) => this.#event(data, errorComment), {
    recogniser: {
      endOf: (bytes, from, end) => this.#template.endOf(bytes, from, end),
      recognised: () => this.#recognised(),
    },
  })
  readonly #body: Buffer[] = []
  #bodyBytes = 0
  #status: number | undefined
  /** Absent until its first byte has come. */
  #form: ReplyForm | undefined
  #shownTokens = 0
  #readMs = 0
  #retryAfter: string | undefined
  #location: string | undefined
  #outcome: Outcome | undefined
  #isOver = false

  /**
   * @param template one that no other reply uses; what is learned of this reply stays in it.
   * @param leastTokens tokens that the server was told to generate, where it was told not to stop before.
   */
  constructor(observer: Observer, template: ChunkTemplate, leastTokens?: number) {
    this.#observer = observer
    this.#template = template
    this.#leastTokens = leastTokens
  }

  /** @returns the outcome, where the head decides it. */
  begin({ status, headers }: Pick<RawReply, 'status' | 'headers'>): Outcome | undefined {
    this.#status = status
    const coding = headers.get('content-encoding')?.toLowerCase() || 'identity'
    // An error page says enough by its status.
    if (status === 200 && coding !== 'identity') {
      this.#outcome = this.failed(
        'malformed-reply',
        `a content coding that was not asked for: ${printable(coding, 40)}`,
      )
    }
    const retryAfter = headers.get('retry-after')
    const location = headers.get('location')
    if (location !== undefined) this.#location = printable(withoutQuery(location), 200)
    if (retryAfter !== undefined) this.#retryAfter = printable(retryAfter, 40)
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
    if (this.#form === 'stream') this.#push(bytes, from, end)
    else if (this.#status === 200 && this.#form !== 'json') this.#open(bytes, from, end)
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
    if (this.#form === 'stream' || this.#form === 'strange') this.#scan(() => this.#scanner.end())
    if (this.#outcome) return this.#outcome
    if (this.#status !== 200) return this.#refused()
    if (this.#form === 'json') return this.#full()
    if (this.#stream.done || this.#stream.finishReason !== undefined) return this.#ok()
    if (this.#form === undefined) return this.failed('malformed-reply', 'the reply has no body')
    if (this.#form === 'strange') return this.failed('malformed-reply', notAReply(this.#text()))
    return this.failed('malformed-reply', 'the stream ended without a finish reason and without [DONE]')
  }

  /** The outcome of a reply that broke off. What had been complete by then is ok. */
  broken(failure: FailureClass, message: string): Outcome {
    return this.#outcome ?? (this.#stream.done ? this.#ok() : this.failed(failure, message))
  }

  /** A failure of this reply, with the usage it had told. */
  failed(failure: FailureClass, message: string, usage: TokenUsage | undefined = this.#stream.usage): Outcome {
    const status = this.#status
    return { kind: 'failed', class: failure, ...(status !== undefined && { status }), message, ...(usage && { usage }) }
  }

  /** Nothing more is told of it, whatever else stands in the read that is being handled. */
  close(): void {
    this.#isOver = true
  }

  /** Takes the bytes of a reply that has not shown its form yet, or shows none: these are events all the same, and kept to be told. */
  #open(bytes: Buffer, from: number, end: number): void {
    const begin = this.#form ? from : beginOfReply(bytes, from, end)
    if (begin === end) return
    this.#form ??= formOf(bytes[begin]!)
    if (this.#form !== 'stream') this.#keep(bytes.subarray(begin, end))
    if (this.#form !== 'json') this.#push(bytes, begin, end)
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
    if (this.#outcome || this.#isOver) return
    this.#shownTokens += 1
    this.#observer.chunk(this.#readMs, 'answer', undefined, this.#template.textBytes)
  }

  #event(data: string, errorComment?: string): void {
    if (this.#outcome || this.#isOver) return
    this.#observer.raw?.(this.#readMs, data || (errorComment ?? ''))
    const event = this.#stream.read(data, errorComment)
    if (event.kind === 'payload') {
      this.#shownTokens += event.tokens ?? 1
      this.#observer.chunk(this.#readMs, kindOf(event.text), event.tokens, bytesOf(event.text))
      this.#observer.text?.(event.text)
      // What is recognised is not read, and an observer of the raw data or of the text wants all of it.
      if (!this.#observer.raw && !this.#observer.text) this.#template.learn(data, event.text.answer)
    }
    if (event.kind === 'error') this.#outcome = this.#refusal(classifyStreamError(event.error))
    if (event.kind === 'malformed') this.#outcome = this.failed('malformed-reply', event.message)
  }

  #keep(bytes: Buffer): void {
    const limit = this.#status === 200 && this.#form === 'json' ? MAX_FULL_REPLY_BYTES : MAX_ERROR_BYTES
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
    const place = this.#location === undefined ? '' : ` (it points to ${this.#location}: redirects are not followed)`
    return this.#refusal({ kind, message: message + wish + place })
  }

  #refusal({ kind, message }: Refusal): Outcome {
    if (kind !== 'truncated') return this.failed(kind, message)
    return { kind, ...(this.#status !== undefined && { status: this.#status }), message }
  }

  /** A server that does not stream, although it was asked to: its one chunk comes with the end. */
  #full(): Outcome {
    this.#observer.raw?.(this.#readMs, this.#text())
    const reply = parseFullReply(this.#text())
    if (reply.kind === 'malformed') return this.failed('malformed-reply', notACompletion(this.#text()))
    if (reply.kind === 'error') return this.#refusal(classifyStreamError(reply.error))
    const { text, finishReason, usage } = reply
    const textBytes = bytesOf(text)
    if (textBytes > 0) this.#observer.chunk(this.#readMs, kindOf(text), usage?.outputTokens || undefined, textBytes)
    if (textBytes > 0) this.#observer.text?.(text)
    // Without usage nobody knows how many tokens a text is.
    const leastTokens = usage?.outputTokens === undefined ? undefined : this.#leastTokens
    return this.#complete({ finishReason, usage, shownTokens: textBytes > 0 ? 1 : 0, leastTokens })
  }

  #ok(): Outcome {
    const { finishReason, usage } = this.#stream
    return this.#complete({ finishReason, usage, shownTokens: this.#shownTokens, leastTokens: this.#leastTokens })
  }

  #complete(reply: EndedReply): Outcome {
    const { finishReason, usage } = reply
    const flaw = flawOf(reply)
    if (flaw) return this.failed(flaw.class, flaw.message, usage)
    return { kind: 'ok', ...(finishReason !== undefined && { finishReason }), ...(usage && { usage }) }
  }
}

/** What a place has beside its address may be secret. */
function withoutQuery(location: string): string {
  return location.replace(/[?#].*$/s, '').replace(/\/\/[^/@]*@/, '//')
}

function notACompletion(body: string): string {
  return `the reply is not a chat completion: ${printable(body, 80)}`
}

function notAReply(body: string): string {
  return `what came is neither a stream of events nor JSON: ${printable(body, 80)}`
}

function bytesOf({ answer, reasoning, tool }: ReplyText): number {
  return Buffer.byteLength(answer) + Buffer.byteLength(reasoning) + Buffer.byteLength(tool)
}

/** A chunk that holds more than reasoning is where the answer begins. */
function kindOf({ answer, tool }: { readonly answer: string; readonly tool: string }): PayloadKind {
  if (answer !== '') return 'answer'
  return tool === '' ? 'reasoning' : 'tool'
}
