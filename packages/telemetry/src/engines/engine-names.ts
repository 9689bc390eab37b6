/** What is counted up while a server runs. */
export const amounts = [
  'promptTokens',
  'generatedTokens',
  'computedTokens',
  'localHitTokens',
  'externalHitTokens',
  'lookupTokens',
  'lookupHitTokens',
  'externalLookupHitTokens',
  'preemptions',
  'finishedRequests',
] as const
export type Amount = (typeof amounts)[number]

/** What stands at a height at every instant: requests, or the share of a memory. */
export type Level = 'running' | 'waiting' | 'kvUse' | 'hostKvUse'

/** Histograms of seconds. */
export type ServerLatency = 'ttft' | 'e2e' | 'queue' | 'prefill' | 'decode' | 'itl'

/** Series of a name, and with these labels; `*` at the end of a value stands for any rest, the empty text also for a label that is not there. */
export interface SeriesPattern {
  readonly name: string
  readonly where?: Readonly<Record<string, readonly string[]>>
}

/** The names of one engine. Of several ways to tell a thing, the first that its page has is taken, and the others are not added to it. */
export interface EngineNames {
  readonly engine: string
  /** `front`: it passes requests on; where an engine behind it tells a thing too, the engine is heard. */
  readonly seat: 'engine' | 'front'
  readonly amounts: Partial<Record<Amount, readonly SeriesPattern[]>>
  readonly levels: Partial<Record<Level, readonly SeriesPattern[]>>
  /** Names without `_bucket`, `_sum` and `_count`. */
  readonly latencies: Partial<Record<ServerLatency, readonly string[]>>
  readonly pool?: PoolNames
}

/** Tokens that its KV cache holds: a gauge, or labels of an info series. */
export type PoolNames =
  | { readonly kind: 'gauge'; readonly name: string }
  | {
      readonly kind: 'labels'
      readonly name: string
      readonly tokens: string
      readonly blocks: string
      readonly blockTokens: string
    }

/** A pattern for each name. */
export function named(...names: readonly string[]): SeriesPattern[] {
  return names.map((name) => ({ name }))
}
