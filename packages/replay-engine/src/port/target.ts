import type { Observer, Outcome } from '@reprise/wire'
import type { Phase } from '../record/request-record.ts'

/**
 * Where planned requests go: an HTTP endpoint or an engine model. `target.contract.ts` is the suite every adapter passes.
 *
 * `send` settles when the reply has ended, whatever its end: a failed request is a value, never a rejection.
 * A rejection is a bug of the adapter and stops the run.
 */
export interface Target {
  send(request: PlannedRequest, observer: Observer, signal: AbortSignal): Promise<Outcome>
  /**
   * Output tokens that have come by now, by the id of the request, of those in flight that have any. Only of a target that tells an observer many
   * tokens together, whenever they came: asked when measuring ends, so that what comes later is told apart.
   */
  tokensInFlight?(): ReadonlyMap<string, number>
}

/** One turn of one play, ready to send. Everything in it follows from (corpus, plan, lane, play). */
export interface PlannedRequest {
  /** Unique in the run: `lane.play.session.turn`, and `+n` where warm-up sends the turn once more. */
  readonly id: string
  readonly phase: Phase
  readonly lane: number
  /** How many trees the lane played before this one. */
  readonly play: number
  readonly traceId: string
  /** Index in `Corpus.traces`. */
  readonly traceIndex: number
  /** Index in `Trace.sessions`. */
  readonly sessionIndex: number
  /** Index of the session that started it; absent of a root. */
  readonly parentSession?: number
  /** Index in `Session.turns`. */
  readonly turn: number
  readonly inputTokens: number
  /** Output tokens to ask for, at least 1. */
  readonly outputTokens: number
  readonly prompt: PromptContent
}

/** What a prompt is made of. Equal (seed, scope, id) are equal bytes wherever they occur. */
export interface PromptContent {
  readonly seed: number
  /** Cache identity of the play: block ids of two different scopes never share content. */
  readonly scope: string
  readonly blockSize: number
  /** Ids of the full blocks, in order; the first `inputTokens` tokens hold at most `floor(inputTokens / blockSize)` of them. */
  readonly blocks: Uint32Array
  /** Filler after the blocks: `inputTokens - blocks.length * blockSize` tokens, its content keyed by (seed, scope, tailKey). */
  readonly tailTokens: number
  readonly tailKey: string
  /** Absent: the text of all blocks goes by `scope`. */
  readonly common?: CommonText
  /** The first so many blocks, whose ids are their places: their text goes by a scope that all plays have. Absent: there are none. */
  readonly system?: { readonly scope: string; readonly blocks: number }
}

/** Blocks that plays share: their text goes by a scope of their own, but for one of them, and what has no id, which go by that of the play. */
export interface CommonText {
  readonly scope: string
  /** Index of the block that is the play's own; the number of blocks where that is the filler. */
  readonly ownBlock: number
}
