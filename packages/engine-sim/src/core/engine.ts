import type { EngineConfig } from './engine-config.ts'
import type { EngineListener, EngineRequest } from './engine-request.ts'
import type { StepListenerMaker } from './step-listener.ts'

/**
 * A serving engine as a state machine: it is told the time and says when it next wants to be called. It never waits, reads a clock or
 * draws a random number; equal calls give equal results.
 *
 * Whoever drives it calls `advance` at `wakeMs` or later; instants of calls never fall. What every adapter must do: `engine.contract.ts`.
 */
export interface Engine {
  /** Next instant at which `advance` wants to be called; undefined while there is nothing to do. May move with every other call. */
  readonly wakeMs: number | undefined
  readonly counts: EngineCounts
  /**
   * Takes a request. Its input must be shorter than the model's context; its output ends where the context does.
   *
   * @throws RangeError when the id is in use or the input does not fit: the seat checks what users send.
   */
  submit(request: EngineRequest, nowMs: number): void
  /** Ends a request without another word to the listener; its blocks are free from the next step boundary on. False when it has ended. */
  abort(id: string, nowMs: number): boolean
  /** The prompt of a request that `isRemote` has come, or there is room for that of one that `awaitsRoom`. Absent in what has no such requests, as the next. */
  receive?(id: string, nowMs: number): void
  /** What a request that `keepsBlocks` kept when it ended has been fetched. */
  letGo?(id: string, nowMs: number): void
  /** Computes everything up to and including `nowMs`, and tells the listener in order. Calling too early or too often does no harm. */
  advance(nowMs: number): void
  /** Computes everything before `nowMs`, what was fast-forwarded too, and tells the listener what is to be told of it. */
  catchUp(nowMs: number): void
  /** Output tokens so far of the requests that have any and have not ended, by id: of steps that ended before `nowMs`, fast-forwarded ones too. */
  generated(nowMs: number): ReadonlyMap<string, number>
  /** Forgets every cached block; false, and nothing happens, while a request is in the engine. Counters go on. */
  resetPrefixCache(): boolean
  /** Stops it at the next step boundary, until `release`: requests are still taken, and wait. The listener hears when it is held. A later hold takes the place of one before it. */
  hold(hold: Hold, nowMs: number): void
  /** It goes on, as if nothing had been but the time. */
  release(nowMs: number): void
}

/** How an engine is stopped. */
export interface Hold {
  /** `all`: it takes no step. `new`: it goes on with those that run, until none does, and admits nobody. */
  readonly what: 'all' | 'new'
  /** When it is held: those that run lose what was computed for them and wait again, where its scheduler knows how; or that, and every cached block is forgotten. */
  readonly loses: 'nothing' | 'running' | 'all'
}

export interface EngineOptions {
  /**
   * Wake only for what a caller can see happen: a first token or an end. The steps between are computed when the caller comes back, by
   * the same code and with the same results; only the output tokens between a first and a last are told together. Default false.
   */
  readonly fastForward?: boolean
  /** Hears at the end of a step, before what else it brought, which content came to be held and which no longer is: keys, the latter negative. */
  readonly blocks?: (keys: readonly number[], atMs: number) => void
  /**
   * Called at the end of each step that is not fast-forwarded, after all that it brought was told and before the next is scheduled: what is submitted in it, or came before at
   * the very instant, is part of the step that begins there. For whoever lives on the engine's own time and answers in none. Not of fleets.
   */
  readonly beforeStep?: (atMs: number) => void
  /** Makes what hears of every step. Default: nobody does. */
  readonly steps?: StepListenerMaker
}

/** Makes the engine, or the fleet of them, that a seat drives. @throws EngineConfigError for an engine that could not serve every request. */
export type EngineMaker = (config: EngineConfig, listener: EngineListener, options?: EngineOptions) => Engine

/** What an engine has done so far and holds now. Counters count since its start; steps that were fast-forwarded count once computed. */
export interface EngineCounts {
  readonly steps: number
  readonly preemptions: number
  /** Prompt tokens looked up in the prefix cache, and found, by admitted requests. */
  readonly queriedTokens: number
  readonly hitTokens: number
  /** Prompt tokens of admitted requests that were not in it and came from the host's memory, and from disk. */
  readonly hostHitTokens: number
  readonly diskHitTokens: number
  /** Prompt tokens of admitted requests that were computed though they had been in the cache before: what evictions cost. */
  readonly recomputedTokens: number
  /** Prompt tokens of requests that have their first output token, and output tokens. */
  readonly promptTokens: number
  /** Of those prompt tokens, the ones that were found in the cache. */
  readonly cachedPromptTokens: number
  /** Of those, the ones that came from the host's memory or from disk. */
  readonly externalPromptTokens: number
  readonly generatedTokens: number
  readonly finishedRequests: number
  readonly running: number
  /** Those that wait for the next step boundary included. */
  readonly waiting: number
  /** Without the null block. */
  readonly totalBlocks: number
  readonly usedBlocks: number
  readonly freeBlocks: number
  /** Blocks with content, held or free. */
  readonly cachedBlocks: number
  readonly evictedBlocks: number
  /** Pages of a host behind SGLang's cache: those that hold something, those that the device has too included, and all. Absent where there is none. */
  readonly hostTier?: { readonly usedPages: number; readonly totalPages: number }
  /** Drafts that were verified. Absent where none are made. */
  readonly speculation?: SpeculationCounts
  /** Of each rank, where there are several; those that wait for the next step boundary are in none. */
  readonly ranks?: readonly EngineCounts[]
  /** What went from engines that compute prompts to those that decode. Absent where none does. */
  readonly transfers?: TransferCounts
  /** Requests that such engines have now, by what they wait for, or are at. */
  readonly stages?: StageCounts
}

export interface SpeculationCounts {
  /** Verifications of a sequence's drafts. */
  readonly drafts: number
  readonly draftTokens: number
  readonly acceptedTokens: number
  /** Of those, by their place among the drafts of a verification. */
  readonly acceptedPerPosition: readonly number[]
}

export interface TransferCounts {
  /** Transfers that are over. */
  readonly count: number
  readonly bytes: number
  /** Prompt tokens that were not sent, since the cache where they were wanted had them. */
  readonly sparedTokens: number
  /**
   * What prompts waited for blocks where they are decoded, before or after they were computed, and for their way when they were computed and had
   * blocks: sums over transfers.
   */
  readonly blocksWaitMs: number
  readonly transferMs: number
}

/** Blocks where a request is to be decoded, the computing of its prompt, that prompt's way, the rest of its output. */
export interface StageCounts {
  readonly blocks: number
  readonly prefill: number
  readonly transfer: number
  readonly decode: number
}
