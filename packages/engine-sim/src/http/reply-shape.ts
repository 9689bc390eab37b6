import type { Token, Vocabulary } from './vocabulary.ts'

/** What is the same in every piece of a reply. */
export interface ReplyHead {
  /** With its prefix: `chatcmpl-...` or `cmpl-...`. */
  readonly id: string
  /** Unix time in seconds. */
  readonly created: number
  readonly model: string
  /** The reply tells when its tokens were made. */
  readonly tellsTimes?: boolean
}

export interface UsageCounts {
  readonly promptTokens: number
  readonly completionTokens: number
}

export interface CacheUsage {
  /** Prompt tokens that were found in the prefix cache. */
  readonly cachedTokens: number
  /** Prompt tokens in full blocks that this request computed and left in the cache. */
  readonly createdTokens: number
}

/** Of a whole reply. */
export interface ReplyTotals extends UsageCounts, CacheUsage {
  /** From the request's arrival to its last token; absent where it was stopped, as are the next. */
  readonly endToEndMs?: number
  /** How often its blocks were taken away and computed again. */
  readonly preemptions?: number
  /** Of the tokens that were found, those that came from the host's memory, and from disk; absent where none came from there. */
  readonly hostTokens?: number
  readonly diskTokens?: number
  /** When it was given to the engine, first worked on, and had its first and its last token. */
  readonly instants?: ReplyInstants
}

export interface ReplyInstants {
  readonly queuedMs: number
  readonly scheduledMs: number
  readonly firstTokenMs: number
  readonly lastTokenMs: number
}

export interface ReplyEnd {
  /** `abort`: somebody asked the server to stop it. */
  readonly finishReason: 'length' | 'stop' | 'abort'
  readonly stopReason: string | number | null
  /** What its tokens are of; default: the model's own. */
  readonly vocabulary?: Vocabulary
}

export interface ReplyPiece {
  readonly text: string
  /** Tokens so far, those of this piece included. */
  readonly completionTokens: number
  /** Prompt tokens that were found in the prefix cache. */
  readonly cachedTokens: number
  /** Ids of the piece's tokens, where the client asked for them. */
  readonly tokenIds?: readonly number[]
  /** The piece's tokens, where the client asked how likely they were. */
  readonly tokens?: readonly Token[]
  /** On the last piece only. */
  readonly end?: ReplyEnd
  /** Usage so far, where the client asked for it on every chunk. */
  readonly usage?: UsageCounts
  /** The piece closes the stream's JSON: no usage chunk follows. */
  readonly last?: boolean
  /** Ids of the prompt, with the first piece, where the client asked for them. */
  readonly promptTokenIds?: readonly number[]
}

/** A whole reply to a request that did not ask for a stream. */
export interface WholeReply extends ReplyEnd {
  readonly text: string
  readonly usage: ReplyTotals
  readonly tokenIds?: readonly number[]
  readonly promptTokenIds?: readonly number[]
}

/**
 * How one route writes its replies: the JSON texts of its chunks, without the SSE frame, and of its whole reply.
 *
 * Fields and their order are those of vLLM 0.32; what the model lacks (logits, tools, audio) is null as it is there.
 */
export interface ReplyShape {
  /** The chunk that goes before the first token, where the route has one. */
  opening?(opening: { usage?: UsageCounts; promptTokenIds?: readonly number[] }): string
  piece(piece: ReplyPiece): string
  /** A chunk behind the last piece and before the usage, where there is one. */
  closing?(totals: ReplyTotals): string | undefined
  usageChunk(usage: UsageCounts & CacheUsage): string
  whole(reply: WholeReply): string
}

/** Names the maker of the reply, as `system_fingerprint` should. */
export const systemFingerprint = 'reprise-sim'

export function renderCounts({ promptTokens, completionTokens }: UsageCounts): string {
  const total = promptTokens + completionTokens
  return `"prompt_tokens":${promptTokens},"total_tokens":${total},"completion_tokens":${completionTokens}`
}

export function renderIds(ids: readonly number[] | undefined): string {
  return ids ? `[${ids.join(',')}]` : 'null'
}
