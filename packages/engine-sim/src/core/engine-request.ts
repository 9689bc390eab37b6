/** A request as the engine core sees it: lengths and content keys, no text. */
export interface EngineRequest {
  readonly id: string
  readonly promptTokens: number
  /**
   * Chained content key of each full KV block of the prompt: `floor(promptTokens / blockSize)` of them, or fewer where the rest is
   * unique to this request, or more where the content of the output is known. Equal keys mean equal content of the whole prefix up to and including the block. Positive integers below 2^53.
   */
  readonly blockKeys: Float64Array
  /** Tokens after which generation ends, at least 1. */
  readonly outputTokens: number
  /** Most output tokens that were asked for: what an engine reserves, which cannot know where the output ends. Default: `outputTokens`. */
  readonly maxTokens?: number
  /** The output goes on to `maxTokens`, whatever its tokens say. Default true. */
  readonly ignoresEos?: boolean
  /** Lower goes first, where the engine goes by it. Default 0. */
  readonly priority?: number
  /** Another engine computes the prompt: it waits for blocks, then for `receive`. */
  readonly isRemote?: boolean
  /** When it ends its blocks stay, for another engine to fetch, until `letGo`. */
  readonly keepsBlocks?: boolean
  /** There is to be room for its prompt in another engine before it is computed: it waits for `receive`. SGLang's scheduler alone knows of it. */
  readonly awaitsRoom?: boolean
  /** Its prompt is computed whole, though some of it is cached. SGLang's scheduler does not know of it. */
  readonly skipsCache?: boolean
  /** Name of the conversation that it is a turn of, for who chooses among engines by it. */
  readonly session?: string
  readonly finishReason: 'length' | 'stop'
}

/** Hears what the engine does, at the instants at which it does it. */
export interface EngineListener {
  /** A request is on one of several ranks, before anything else is told of it. */
  placed?(request: EngineRequest, rank: number): void
  /**
   * `count` new tokens of the request became visible; more than 1 where a step verified
   * drafts, or where decode was fast-forwarded, and then `atMs` is the last one's.
   * `cachedTokens` as in `finished`.
   */
  tokens(request: EngineRequest, count: number, atMs: number, cachedTokens: number): void
  /** A request whose prompt another engine computes has its blocks; `missingTokens` of the prompt are not in the cache here. */
  reserved?(request: EngineRequest, missingTokens: number, atMs: number): void
  /** So many tokens of the prompt of a request that `keepsBlocks`, from the first on, are there, and not all of them: found when its first step began, or computed by one. */
  computed?(request: EngineRequest, tokens: number, atMs: number): void
  /** A step ended that brought something to see, or a first token came from another engine: so many prompt tokens, of those that have their first token with it, that were not found in the cache, and output tokens. Of each rank by itself; not told of fast-forwarded steps. */
  step?(tokens: number, atMs: number, rank: number): void
  /** Nothing is computed any more, as `hold` wanted it. */
  held?(atMs: number): void
  /** The request ended by itself; its blocks are free. `cachedTokens`: prompt tokens found in the cache when it was first admitted. */
  finished(request: EngineRequest, cachedTokens: number, atMs: number, timing: RequestTiming): void
}

/** Instants of one request in the engine, milliseconds on the clock its caller uses. */
export interface RequestTiming {
  /** The engine was given the request. */
  readonly queuedMs: number
  /** Start of the first step it had tokens in. */
  readonly scheduledMs: number
  readonly firstTokenMs: number
  /** How often its blocks were taken away and computed again. */
  readonly preemptions: number
  /** Of the prompt tokens that were found, those that came from the host's memory, and from disk; absent where none did. */
  readonly hostTokens?: number
  readonly diskTokens?: number
  /** Prompt tokens that were computed though they had been in the cache before; absent where none were. */
  readonly recomputedTokens?: number
  /** Of a prompt that went from one engine to another; absent where none did. */
  readonly transfer?: {
    readonly bytes: number
    /** As of `TransferCounts`. */
    readonly blocksWaitMs: number
    readonly transferMs: number
  }
}
