import type { ExchangeEnd } from '../exchange.ts'
import type { OpenedExchange, ReplyHead } from '../proxy/exchange-tape.ts'

/** What the proxy saw, as it travels to the recording thread. Bytes stand in the batch's, from `from` on. */
export type TapeEntry = { readonly id: string } & (
  | { readonly kind: 'opened'; readonly opened: OpenedExchange }
  | { readonly kind: 'request' | 'requested'; readonly from: number; readonly length: number }
  | { readonly kind: 'forwarded'; readonly atMs: number }
  | { readonly kind: 'replied'; readonly head: ReplyHead; readonly atMs: number }
  | { readonly kind: 'reply'; readonly from: number; readonly length: number; readonly atMs: number }
  | { readonly kind: 'over'; readonly end: ExchangeEnd; readonly atMs: number }
  /** There was no room for more of it: a request of which that is so has no record, and a reply is recorded as far as it was seen. */
  | { readonly kind: 'lost'; readonly why: LostReason; readonly atMs: number }
)

export type LostReason = 'too-large' | 'too-fast'

/** Entries in the order in which things happened. */
export interface TapeBatch {
  readonly entries: readonly TapeEntry[]
  readonly bytes: Uint8Array<ArrayBuffer>
}
