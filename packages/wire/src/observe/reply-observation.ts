import type { Observer, PayloadKind } from './observer.ts'

/** How a reply came in, in instants of whoever told of it; absent fields did not happen. */
export interface ObservedReply {
  /** Of a request that was resent: when it was first written, to the connection that turned out to be dead. */
  readonly connectStartMs?: number
  readonly sentMs?: number
  readonly headersMs?: number
  /** First generated token of any kind. */
  readonly firstTokenMs?: number
  /** First token that is not reasoning. */
  readonly firstAnswerMs?: number
  readonly lastTokenMs?: number
  /** When something first came after the read that brought the first token. */
  readonly secondReadMs?: number
  readonly tokensInFirstChunk?: number
  /** Chunks that came at `firstTokenMs`, where they were several, and their tokens where each tells them. */
  readonly chunksInFirstRead?: number
  readonly tokensInFirstRead?: number
  /** Text in UTF-8 that came at `firstTokenMs`, and all of it. */
  readonly bytesInFirstRead?: number
  readonly payloadBytes?: number
  /** Chunk arrivals as differences, the first from `firstTokenMs`; kept where asked to. */
  readonly chunkGapsMs?: number[]
  readonly chunks?: number
  /** Reads that brought the chunks; absent where each brought one. */
  readonly reads?: number
  readonly resent?: true
}

/** Collects the instants of one reply. Chunk by chunk gaps only where asked to: they are most of a record's size. */
export class ReplyObservation implements Observer {
  #connectStartMs: number | undefined
  #sentMs: number | undefined
  #headersMs: number | undefined
  #firstTokenMs: number | undefined
  #firstAnswerMs: number | undefined
  /** Of the latest chunk, where there is one; always a number, so that keeping it allocates nothing. */
  #lastTokenMs = 0.5
  #secondReadMs: number | undefined
  #tokensInFirstChunk: number | undefined
  #chunks = 0
  #reads = 0
  #chunksInFirstRead = 0
  /** Of the chunks in the first read; NaN when one does not say. */
  #tokensInFirstRead = 0
  #bytesInFirstRead = 0
  #bytes = 0
  #resent = false
  #endedMs: number | undefined
  readonly #gapsMs: number[] | undefined

  constructor({ keepChunkGaps }: { readonly keepChunkGaps: boolean }) {
    this.#gapsMs = keepChunkGaps ? [] : undefined
  }

  connecting(atMs: number): void {
    this.#connectStartMs ??= atMs
  }

  sent(atMs: number): void {
    this.#sentMs = atMs
  }

  headers(atMs: number): void {
    this.#headersMs = atMs
  }

  chunk(atMs: number, kind: PayloadKind, tokens?: number, bytes = 0): void {
    if (this.#firstTokenMs === undefined) {
      this.#firstTokenMs = atMs
      if (tokens !== undefined && tokens > 0) this.#tokensInFirstChunk = tokens
    } else {
      this.#gapsMs?.push(gapMs(this.#firstTokenMs, this.#lastTokenMs, atMs))
    }
    if (this.#chunks === 0 || atMs !== this.#lastTokenMs) this.#reads += 1
    if (atMs === this.#firstTokenMs) this.#inFirstRead(tokens ?? Number.NaN, bytes)
    else if (this.#secondReadMs === undefined) this.#secondReadMs = atMs
    if (kind !== 'reasoning') this.#firstAnswerMs ??= atMs
    this.#lastTokenMs = atMs
    this.#chunks += 1
    this.#bytes += bytes
  }

  ended(atMs: number): void {
    this.#endedMs = atMs
  }

  /** Absent where nobody told. */
  get endedMs(): number | undefined {
    return this.#endedMs
  }

  /** What the dead connection cost is neither the client's lateness nor the server's time to a token: it counts as connecting. */
  resent(): void {
    this.#resent = true
    this.#connectStartMs ??= this.#sentMs
  }

  reply(): ObservedReply {
    return {
      ...(this.#connectStartMs !== undefined && { connectStartMs: this.#connectStartMs }),
      ...(this.#sentMs !== undefined && { sentMs: this.#sentMs }),
      ...(this.#headersMs !== undefined && { headersMs: this.#headersMs }),
      ...(this.#firstTokenMs !== undefined && { firstTokenMs: this.#firstTokenMs }),
      ...(this.#firstAnswerMs !== undefined && { firstAnswerMs: this.#firstAnswerMs }),
      ...(this.#chunks > 0 && { lastTokenMs: this.#lastTokenMs }),
      ...(this.#secondReadMs !== undefined && { secondReadMs: this.#secondReadMs }),
      ...(this.#tokensInFirstChunk !== undefined && { tokensInFirstChunk: this.#tokensInFirstChunk }),
      ...(this.#chunksInFirstRead > 1 && this.#severalInFirstRead()),
      ...(this.#bytes > 0 && this.#payload()),
      ...(this.#gapsMs && this.#gapsMs.length > 0 && { chunkGapsMs: this.#gapsMs }),
      ...(this.#chunks > 0 && { chunks: this.#chunks }),
      ...(this.#reads < this.#chunks && { reads: this.#reads }),
      ...(this.#resent && { resent: true as const }),
    }
  }

  #inFirstRead(tokens: number, bytes: number): void {
    this.#chunksInFirstRead += 1
    this.#tokensInFirstRead += tokens
    this.#bytesInFirstRead += bytes
  }

  #severalInFirstRead(): Pick<ObservedReply, 'chunksInFirstRead' | 'tokensInFirstRead'> {
    return {
      chunksInFirstRead: this.#chunksInFirstRead,
      ...(this.#tokensInFirstRead > 0 && { tokensInFirstRead: this.#tokensInFirstRead }),
    }
  }

  #payload(): Pick<ObservedReply, 'bytesInFirstRead' | 'payloadBytes'> {
    return {
      ...(this.#bytesInFirstRead > 0 && { bytesInFirstRead: this.#bytesInFirstRead }),
      payloadBytes: this.#bytes,
    }
  }
}

/** Rounded to the microsecond on the scale of the whole reply, so that the gaps still add up to the last chunk's instant. */
function gapMs(originMs: number, fromMs: number, toMs: number): number {
  return (Math.round((toMs - originMs) * 1e3) - Math.round((fromMs - originMs) * 1e3)) / 1e3
}
