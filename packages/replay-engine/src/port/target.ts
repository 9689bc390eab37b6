import type { IgnoredUsage } from '@reprise/wire'
import type { Phase } from '../record/request-record.ts'

/**
 * Where planned requests go: an HTTP endpoint or an engine model. `target.contract.ts` is the suite every adapter passes.
 *
 * `send` settles when the reply has ended, whatever its end: a failed request is a value, never a rejection.
 * A rejection is a bug of the adapter and stops the run.
 */
export interface Target {
  send(request: PlannedRequest, observer: Observer, signal: AbortSignal): Promise<Outcome>
}

/** One turn of one play, ready to send. Everything in it follows from (corpus, plan, lane, play). */
export interface PlannedRequest {
  /** Unique in the run: `lane.play.session.turn`. */
  readonly id: string
  readonly phase: Phase
  readonly lane: number
  /** How many trees the lane played before this one. */
  readonly play: number
  readonly traceId: string
  /** Index in `Corpus.traces`. */
  readonly trace: number
  /** Index in `Trace.sessions`. */
  readonly session: number
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
}

/** Is told of a reply while it comes in. Instants are the clock's, in milliseconds since the run's origin. */
export interface Observer {
  /** No connection stands that the request could take: one begins to be opened for it. */
  connecting(atMs: number): void
  /** Its first byte was handed to a connection that stands and, where there is TLS, is secured. Told again after `resent`. */
  sent(atMs: number): void
  headers(atMs: number): void
  /**
   * A chunk with generated payload. `tokens` where the target knows how many it holds, `bytes` of its text in UTF-8 where it has text.
   * Chunks that came in one read have one instant.
   */
  chunk(atMs: number, kind: PayloadKind, tokens?: number, bytes?: number): void
  /** The connection died before a byte was sent or received, and the request was sent once more. */
  resent(): void
  /**
   * What came over the wire, before it is understood: the data of one event of a stream, or a reply that came in one piece. A target that
   * has no wire never calls it. An observer that has it costs the client time on every chunk: it is for looking into a run, not for measuring.
   */
  raw?(atMs: number, text: string): void
}

export type PayloadKind = 'answer' | 'reasoning' | 'tool'

export type Outcome =
  | { readonly kind: 'ok'; readonly finishReason?: string; readonly usage?: Usage }
  | {
      readonly kind: 'failed'
      readonly class: FailureClass
      readonly status?: number
      readonly message: string
      readonly usage?: Usage
    }
  /** The server, or the plan, says that the prompt does not fit its context. */
  | { readonly kind: 'truncated'; readonly status?: number; readonly message: string }
  | { readonly kind: 'cancelled' }

/** Tokens as the server counts them. A count is absent where the server does not tell it, or tells one that cannot be. */
export interface Usage {
  readonly inputTokens?: number
  readonly outputTokens?: number
  /** Prompt tokens served from the prefix cache; absent where the server does not say. */
  readonly cachedTokens?: number
  /** Why counts that were told are left out. */
  readonly ignored?: readonly IgnoredUsage[]
}

/** Why a request failed; docs/glossary.md has a line for each. */
export type FailureClass =
  | 'client-host'
  | 'connect'
  | 'disconnect'
  | 'timeout'
  | 'rate-limited'
  | 'bad-request'
  | 'unknown-model'
  | 'unauthorized'
  | 'server-error'
  | 'error-in-stream'
  | 'malformed-reply'
  | 'empty-reply'
