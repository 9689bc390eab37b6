import type { ReplyText } from '../reply-choice.ts'

/** Is told of a reply while it comes in. Instants are those of whoever tells, in milliseconds since an origin of theirs. */
export interface Observer {
  /** No connection stands that the request could take: one begins to be opened for it. */
  connecting(atMs: number): void
  /** Its first byte was handed to a connection that stands and, where there is TLS, is secured. Told again after `resent`. */
  sent(atMs: number): void
  headers(atMs: number): void
  /**
   * A chunk with generated payload. `tokens` where it is known how many it holds, `bytes` of its text in UTF-8 where it has text.
   * Chunks that came in one read have one instant.
   */
  chunk(atMs: number, kind: PayloadKind, tokens?: number, bytes?: number): void
  /** The reply has come to its end, whatever that is; told last. Where it is not told, the end is as late as its outcome. */
  ended?(atMs: number): void
  /** What a chunk has brought; told after it. An observer that has it costs the reader time on every chunk, as one that has `raw` does. */
  text?(text: ReplyText): void
  /** The connection died before a byte was sent or received, and the request was sent once more. */
  resent(): void
  /**
   * What came over the wire, before it is understood: the data of one event of a stream, or a reply that came in one piece. Where there is
   * no wire it is never called. An observer that has it costs the reader time on every chunk: it is for looking into a run, not for measuring.
   */
  raw?(atMs: number, text: string): void
}

export type PayloadKind = 'answer' | 'reasoning' | 'tool'
