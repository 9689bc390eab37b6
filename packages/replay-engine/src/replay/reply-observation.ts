import type { RequestRecord } from '../record/request-record.ts'
import type { Observer, PayloadKind } from '../target/target.ts'

/** What a record says about how a reply came in; absent fields did not happen. */
export type ObservedReply = Pick<
  RequestRecord,
  | 'sentMs'
  | 'headersMs'
  | 'firstTokenMs'
  | 'firstAnswerMs'
  | 'lastTokenMs'
  | 'tokensInFirstChunk'
  | 'chunkGapsMs'
  | 'chunks'
  | 'resent'
>

/** Collects the instants of one reply. Chunk by chunk gaps only where asked to: they are most of a record's size. */
export class ReplyObservation implements Observer {
  #sentMs: number | undefined
  #headersMs: number | undefined
  #firstTokenMs: number | undefined
  #firstAnswerMs: number | undefined
  /** Of the latest chunk, where there is one; always a number, so that keeping it allocates nothing. */
  #lastTokenMs = 0.5
  #tokensInFirstChunk: number | undefined
  #chunks = 0
  #resent = false
  readonly #gapsMs: number[] | undefined

  constructor({ keepChunkGaps }: { readonly keepChunkGaps: boolean }) {
    this.#gapsMs = keepChunkGaps ? [] : undefined
  }

  sent(atMs: number): void {
    this.#sentMs = atMs
  }

  headers(atMs: number): void {
    this.#headersMs = atMs
  }

  chunk(atMs: number, kind: PayloadKind, tokens?: number): void {
    if (this.#firstTokenMs === undefined) {
      this.#firstTokenMs = atMs
      if (tokens !== undefined && tokens > 0) this.#tokensInFirstChunk = tokens
    } else {
      this.#gapsMs?.push(gapMs(this.#firstTokenMs, this.#lastTokenMs, atMs))
    }
    if (kind !== 'reasoning') this.#firstAnswerMs ??= atMs
    this.#lastTokenMs = atMs
    this.#chunks += 1
  }

  resent(): void {
    this.#resent = true
  }

  reply(): ObservedReply {
    return {
      ...(this.#sentMs !== undefined && { sentMs: this.#sentMs }),
      ...(this.#headersMs !== undefined && { headersMs: this.#headersMs }),
      ...(this.#firstTokenMs !== undefined && { firstTokenMs: this.#firstTokenMs }),
      ...(this.#firstAnswerMs !== undefined && { firstAnswerMs: this.#firstAnswerMs }),
      ...(this.#chunks > 0 && { lastTokenMs: this.#lastTokenMs }),
      ...(this.#tokensInFirstChunk !== undefined && { tokensInFirstChunk: this.#tokensInFirstChunk }),
      ...(this.#gapsMs && this.#gapsMs.length > 0 && { chunkGapsMs: this.#gapsMs }),
      ...(this.#chunks > 0 && { chunks: this.#chunks }),
      ...(this.#resent && { resent: true as const }),
    }
  }
}

/** Rounded to the microsecond on the scale of the whole reply, so that the gaps still add up to the last chunk's instant. */
function gapMs(originMs: number, fromMs: number, toMs: number): number {
  return (Math.round((toMs - originMs) * 1e3) - Math.round((fromMs - originMs) * 1e3)) / 1e3
}
