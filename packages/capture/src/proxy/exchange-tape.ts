import type { ExchangeEnd, ExchangeRequest } from '../exchange.ts'

/** The head of a request that is to be recorded. */
export interface OpenedExchange extends Pick<ExchangeRequest, 'form' | 'identity' | 'receivedMs'> {
  /** Of its body; absent: none. */
  readonly contentCoding?: string
}

/** The head of a reply, as far as it says how to read the body. */
export interface ReplyHead {
  readonly status: number
  readonly contentCoding?: string
}

/**
 * Takes down one exchange while it is forwarded. Bytes that it was given nobody writes to any more, and no call waits for anything or throws.
 * `over` is the last one.
 */
export interface ExchangeTape {
  request(bytes: Buffer): void
  /** Its body has come whole. */
  requested(): void
  /** Its last byte is with the upstream. */
  forwarded(atMs: number): void
  replied(head: ReplyHead, atMs: number): void
  reply(bytes: Buffer, atMs: number): void
  over(end: ExchangeEnd, atMs: number): void
}
