import type { StageCounts } from '../engine.ts'
import type { EngineRequest, RequestTiming } from '../engine-request.ts'
import type { Fleet } from './fleet.ts'

export type Stage = keyof StageCounts

/** A request from its submission to its end. */
export interface Travelling {
  readonly request: EngineRequest
  readonly queuedMs: number
  stage: Stage
  /** Since when it is at its stage. */
  sinceMs: number
  /** Prompt tokens that it is told to have found cached. */
  cachedTokens: number
  /** Prompt tokens that were there where it is decoded. */
  sparedTokens: number
  /** Of its prefill, once that is over. */
  timing: RequestTiming | undefined
  /** Tokens of its prompt, from the first on, that need not be sent any more: they are there, or sent, or on the way. */
  sentTokens: number
  /** What of it has gone, and what it waited for. */
  readonly went: { bytes: number; blocksWaitMs: number; transferMs: number }
  firstTokenMs: number | undefined
}

/** Who hands over, and to whom. */
export interface Parties {
  readonly prefill: Fleet
  readonly decode: Fleet
  /** A request is at another stage from now on. */
  turn(travelling: Travelling, stage: Stage, atMs: number): void
  /** Sends what a request's prompt has from `sentTokens` up to `tokens`; the last of it may be nothing. */
  send(travelling: Travelling, tokens: number, piece: { readonly isLast: boolean; readonly atMs: number }): void
}

/**
 * In which order engines that compute prompts and engines that decode are called for a request, and what is sent when. A fleet tells it
 * what happens, while none of them is being called.
 */
export interface HandOver {
  /** Engines that are the first to let a request in: they are held first, and the others when nobody is past them. */
  readonly admits: 'prefill' | 'decode'
  /** Of the same pair, one thing is sent after the other; otherwise all that goes at once shares the links. */
  readonly inOrder: boolean
  /** A request has come: its first stage. */
  submit(request: EngineRequest, nowMs: number, parties: Parties): Stage
  /** The engine that decodes has blocks for a prompt. */
  reserved(travelling: Travelling, atMs: number, parties: Parties): void
  /** So many tokens of a prompt, from the first on, have been computed or found, and not all of them. Absent: it is not asked for. */
  computed?(travelling: Travelling, tokens: number, atMs: number, parties: Parties): void
  /** All of a prompt has been computed. */
  prefilled(travelling: Travelling, atMs: number, parties: Parties): void
}
