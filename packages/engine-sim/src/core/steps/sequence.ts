import type { EngineRequest } from '../engine-request.ts'

/** A request inside a scheduler, as an engine of steps sees it; which blocks it holds is the scheduler's own business. */
export interface Sequence {
  readonly request: EngineRequest
  /** Output tokens so far. */
  readonly generated: number
  /** Tokens whose KV is in blocks. */
  readonly computed: number
  readonly preemptions: number
  /** Prompt tokens found in the cache at the first admission; absent before it. */
  readonly cachedTokens: number | undefined
  /** Of those, the ones that came from the host's memory, and from disk; absent where there are no such tiers. */
  readonly hostTokens?: number
  readonly diskTokens?: number
  /** Prompt tokens that were computed at the first admission though they had been in the cache, which has evicted them. */
  readonly recomputedTokens: number
  /** It has finished or was aborted, and holds nothing. */
  readonly ended: boolean
}
