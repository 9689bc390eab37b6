/** State of the scheduler as SGLang logs it. */
export interface SglangState {
  /** Requests in the batch that runs; those of a prefill are not in it yet. */
  readonly running: number
  readonly freeTokens: number
  readonly evictableTokens: number
  readonly ratio: number
}
