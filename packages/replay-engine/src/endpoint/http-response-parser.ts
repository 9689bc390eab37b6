import { ChunkedBody, type TakeBytes } from './chunked-body.ts'
import { HeadMemory } from './head-memory.ts'
import type { ResponseHead } from './http-response-head.ts'
import { MalformedHttp } from './malformed-http.ts'

/** Hears of a reply while it comes in. */
export interface ResponseSink {
  /** Once for each reply; interim replies (1xx) are passed over. */
  head(head: ResponseHead): void
  /** Bytes of the body, `from` (inclusive) to `end` (exclusive). They are in the read's own buffer: whoever keeps them copies them. */
  body(bytes: Buffer, from: number, end: number): void
}

const LF = 10
const CR = 13
const VERSION = 'HTTP/1.'
const HEAD_END_BYTES = 4

/** Of a head, and of interim replies before it, together. */
const MAX_HEAD_BYTES = 64 * 1024

type State = 'head' | 'length' | 'chunked' | 'until-close' | 'complete'

/**
 * Reads the replies of one HTTP/1 connection, one after the other, wherever the reads may cut them. The body is handed on where it
 * stands: nothing is allocated or copied for it.
 */
export class HttpResponseParser {
  #sink: ResponseSink | undefined
  #state: State = 'head'
  #head: ResponseHead | undefined
  #headText = ''
  #headBytes = 0
  /** How many of the four bytes that end a head have come last. */
  #headEnd = 0
  /** Bytes of the body still to come, where its length was told. */
  #left = 0
  readonly #chunked = new ChunkedBody()
  readonly #heads: HeadMemory
  readonly #take: TakeBytes = (bytes, from, end) => this.#sink?.body(bytes, from, end)

  constructor(heads = new HeadMemory()) {
    this.#heads = heads
  }

  /** A reply is expected. */
  begin(sink: ResponseSink): void {
    this.#sink = sink
    this.#state = 'head'
    this.#head = undefined
    this.#headBytes = 0
    this.#startHead()
  }

  /** The reply is whole. */
  get isComplete(): boolean {
    return this.#state === 'complete'
  }

  /** The head of the reply; absent before it has come. */
  get head(): ResponseHead | undefined {
    return this.#head
  }

  /**
   * Reads the bytes `from` (inclusive) to `end` (exclusive).
   *
   * @returns the position after the last byte that belongs to the reply; before `end` only where the reply is complete.
   * @throws MalformedHttp where they are not HTTP.
   */
  push(bytes: Buffer, from: number, end: number): number {
    let at = from
    while (at < end && this.#state !== 'complete') {
      if (this.#state === 'head') at = this.#readHead(bytes, at, end)
      else at = this.#readBody(bytes, at, end)
    }
    return at
  }

  /** The connection has ended; true where that is how the reply ends. */
  end(): boolean {
    if (this.#state === 'until-close') this.#state = 'complete'
    return this.#state === 'complete'
  }

  #readBody(bytes: Buffer, from: number, end: number): number {
    if (this.#state === 'chunked') {
      const at = this.#chunked.push(bytes, from, end, this.#take)
      if (this.#chunked.hasEnded) this.#state = 'complete'
      return at
    }
    const bodyEnd = this.#state === 'length' ? Math.min(end, from + this.#left) : end
    if (this.#state === 'length') {
      this.#left -= bodyEnd - from
      if (this.#left === 0) this.#state = 'complete'
    }
    this.#take(bytes, from, bodyEnd)
    return bodyEnd
  }

  #readHead(bytes: Buffer, from: number, end: number): number {
    let at = from
    while (at < end && this.#headEnd < HEAD_END_BYTES) {
      this.#headEnd = headEndAfter(this.#headEnd, bytes[at]!)
      at += 1
    }
    this.#headText += bytes.toString('latin1', from, at)
    this.#headBytes += at - from
    if (this.#headBytes > MAX_HEAD_BYTES) throw new MalformedHttp(`a head larger than ${MAX_HEAD_BYTES} bytes`)
    // Bytes that are no HTTP may never look like the end of a head.
    if (!VERSION.startsWith(this.#headText.slice(0, VERSION.length))) throw new MalformedHttp('the reply is not HTTP/1')
    if (this.#headEnd === HEAD_END_BYTES) this.#takeHead()
    return at
  }

  #takeHead(): void {
    const head = this.#heads.read(this.#headText.slice(0, -HEAD_END_BYTES))
    this.#startHead()
    if (head.status < 200) return
    this.#head = head
    if (typeof head.body === 'number') {
      this.#left = head.body
      this.#state = head.body > 0 ? 'length' : 'complete'
    } else {
      this.#state = head.body
      this.#chunked.begin()
    }
    this.#sink?.head(head)
  }

  #startHead(): void {
    this.#headText = ''
    this.#headEnd = 0
  }
}

/** @throws MalformedHttp where CR and LF do not stand together. */
function headEndAfter(headEnd: number, byte: number): number {
  const isAfterCr = headEnd % 2 === 1
  if (isAfterCr !== (byte === LF)) throw new MalformedHttp('a line of the head does not end in CRLF')
  if (isAfterCr || byte === CR) return headEnd + 1
  return 0
}
