import type { RequestTiming } from '../core/engine-request.ts'

/** Hears of one request. Instants are the engine's, in milliseconds of the clock. */
export interface ReplySink {
  /** It is on one of several ranks. */
  placed?(rank: number): void
  /**
   * `count` more tokens of the reply exist; more than 1 where a step verified
   * drafts, or where decode was fast-forwarded, and then `atMs` is the last one's.
   * `cachedTokens` as in `finished`.
   */
  tokens(count: number, atMs: number, cachedTokens: number): void
  /** The reply is complete; `cachedTokens` prompt tokens were found in the cache. */
  finished(cachedTokens: number, timing: RequestTiming): void
  /** All that the engine had due has been told: what was gathered can go out. */
  flush?(): void
  /** One of these calls has thrown: nothing more will be told. */
  failed(error: unknown): void
}
