import { ChunkTemplate, type Observer, type Outcome, ReplyReader, type ReplyText, type ToolCall } from '@reprise/wire'
import type { ExchangeEnd, ExchangeReply, ExchangeRequest } from '../exchange.ts'
import type { OpenedExchange, ReplyHead } from '../proxy/exchange-tape.ts'
import { Unpacker, unnamedCoding, unpackedBody } from './unpack.ts'

/** What one request may unpack to. */
const maxBodyBytes = 128 * 1024 * 1024

/** One exchange, read from what the proxy took down: its request, and then what became of it. */
export class ExchangeReading {
  readonly #id: string
  readonly #opened: OpenedExchange
  #parts: Buffer[] = []
  readonly #reply = new KeptReply()
  readonly #reader: ReplyReader
  #unpacker: Unpacker | undefined
  #isReadable = false
  #hasBody = false
  #forwardedMs: number | undefined
  #firstByteMs: number | undefined
  #status: number | undefined

  constructor(id: string, opened: OpenedExchange) {
    this.#id = id
    this.#opened = opened
    this.#reader = new ReplyReader(this.#reply, new ChunkTemplate())
  }

  requestBytes(bytes: Buffer): void {
    this.#parts.push(bytes)
  }

  forwarded(atMs: number): void {
    this.#forwardedMs = atMs
  }

  /** The request, of which nothing is held any more. */
  takeRequest(): ExchangeRequest {
    const { form, identity, receivedMs, contentCoding } = this.#opened
    const body = unpackedBody(Buffer.concat(this.#parts), contentCoding, maxBodyBytes)
    this.#parts = []
    return { id: this.#id, form, identity, receivedMs, body }
  }

  replied({ status, contentCoding }: ReplyHead, atMs: number): void {
    this.#firstByteMs = atMs
    this.#status = status
    this.#reader.begin({ status, headers: new Map() })
    const isPlain = contentCoding === undefined || /^\s*(identity)?\s*$/i.test(contentCoding)
    this.#unpacker = isPlain ? undefined : Unpacker.of(contentCoding, (bytes, at) => this.#read(bytes, at))
    this.#isReadable = isPlain || this.#unpacker !== undefined
  }

  replyBytes(bytes: Buffer, atMs: number): void {
    if (this.#isReadable && !this.#hasBody && !this.#unpacker) {
      const coding = unnamedCoding(bytes)
      this.#unpacker = coding && Unpacker.of(coding, (piece, at) => this.#read(piece, at))
    }
    this.#hasBody = true
    if (this.#unpacker) this.#unpacker.push(bytes, atMs)
    else if (this.#isReadable) this.#read(bytes, atMs)
  }

  async over(end: ExchangeEnd, doneMs: number): Promise<ExchangeReply> {
    await this.#unpacker?.end()
    const outcome = this.#isReadable ? this.#outcome(end, doneMs) : undefined
    const { usage } = outcome && 'usage' in outcome ? outcome : {}
    const finishReason = outcome?.kind === 'ok' ? outcome.finishReason : undefined
    const { firstTokenMs, lastTokenMs, answer, reasoning, tool, toolCalls, chunks } = this.#reply
    return {
      ...(this.#forwardedMs !== undefined && { forwardedMs: this.#forwardedMs }),
      ...(this.#firstByteMs !== undefined && { firstByteMs: this.#firstByteMs }),
      ...(firstTokenMs !== undefined && { firstTokenMs }),
      ...(lastTokenMs !== undefined && { lastTokenMs }),
      doneMs,
      ...(this.#status !== undefined && { status: this.#status }),
      ...(usage && { usage }),
      ...(finishReason !== undefined && { finishReason }),
      toolCalls,
      text: { answer, reasoning, tool },
      chunks,
      end,
    }
  }

  #read(bytes: Buffer, atMs: number): void {
    this.#reader.read(bytes, 0, bytes.length, atMs)
  }

  #outcome(end: ExchangeEnd, doneMs: number): Outcome {
    return end === 'complete' ? this.#reader.end(doneMs) : this.#reader.broken('disconnect', end)
  }
}

/** Keeps the text of a reply, and when it came. */
class KeptReply implements Observer {
  firstTokenMs: number | undefined
  lastTokenMs: number | undefined
  answer = ''
  reasoning = ''
  tool = ''
  chunks = 0
  readonly toolCalls: ToolCall[] = []

  connecting(): void {}
  sent(): void {}
  headers(): void {}
  resent(): void {}

  chunk(atMs: number): void {
    this.firstTokenMs ??= atMs
    this.lastTokenMs = atMs
    this.chunks += 1
  }

  text({ answer, reasoning, tool, calls }: ReplyText): void {
    this.answer += answer
    this.reasoning += reasoning
    this.tool += tool
    if (calls) this.toolCalls.push(...calls)
  }
}
