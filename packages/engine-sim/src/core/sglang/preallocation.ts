import type { SglangSchedulerConfig } from '../engine-config.ts'
import type { KvPages } from './kv-pages.ts'
import type { SglangSequence } from './sglang-sequence.ts'

/** Output that is looked at ahead is no more than this. Source: `CLIP_MAX_NEW_TOKEN`, from SGLANG_CLIP_MAX_NEW_TOKENS_ESTIMATION. */
const mostOutput = 4096
/** Of up to so many running requests, the rows for others are twice as many. */
const fewRunning = 32

/** Requests of an engine that decodes what others compute, by what they hold. */
export interface DecodeQueues {
  readonly running: readonly SglangSequence[]
  /** They have pages, and wait for their prompt. */
  readonly receiving: number
  /** Their prompt is here, and they wait for a place among those that run. */
  readonly waiting: number
  /** They lost their pages, and come before all that are new. */
  readonly retracted: readonly SglangSequence[]
}

/**
 * Which requests an engine that decodes finds pages for: each that is not over has so much reserved for its output, and those that run must have
 * room to end one after the other, when all that can be retracted is.
 *
 * Source: `pop_preallocated`, `resume_retracted_reqs` and `_allocatable_token_budgets` of SGLang 0.5.23 (`disaggregation/decode.py`); rows: `DecodeReqToTokenPool`
 * and `handle_pd_disaggregation`; buffers: `init_disaggregation`.
 */
export class Preallocation {
  readonly #pages: KvPages
  readonly #reserved: number
  readonly #rows: number
  readonly #buffers: number

  constructor(pages: KvPages, config: SglangSchedulerConfig) {
    const { maxRunningRequests, numReservedDecodeTokens = 512, disaggregationDecodeExtraSlots } = config
    this.#pages = pages
    this.#reserved = numReservedDecodeTokens
    this.#rows = maxRunningRequests + (disaggregationDecodeExtraSlots ?? extraRows(maxRunningRequests))
    this.#buffers = 2 * maxRunningRequests
  }

  /** Whether no request more can have a row, or a buffer for what comes with its prompt. */
  isFull({ receiving }: DecodeQueues): boolean {
    return !this.hasRow || receiving >= this.#buffers
  }

  get hasRow(): boolean {
    return this.#pages.rows < this.#rows
  }

  /** Whether there is room for a new one, of whose prompt `prefixTokens` are here. */
  fits(sequence: SglangSequence, queues: DecodeQueues): boolean {
    const { running, retracted } = queues
    const retractable = running.reduce((sum, each) => sum + each.tokens, 0)
    const { promptTokens } = sequence.request
    const toEnd = promptTokens - sequence.prefixTokens + Math.min(sequence.maxTokens, mostOutput) - retractable
    const needed = Math.max(this.#pagesFor(sequence) + this.#reserved, toEnd)
    const single = running.map(({ request, maxTokens }) => Math.min(maxTokens, mostOutput) + request.promptTokens)
    const forSingle = running.length === 0 ? 0 : Math.max(...single) - retractable
    return needed <= this.#free - Math.max(this.#reservedBy(queues), forSingle) - this.#owedTo(retracted)
  }

  /** Whether a new one, of whose prompt nothing is here, fits in no step to come, as long as those that run go on running and nobody else comes. */
  isBeyond(sequence: SglangSequence, queues: DecodeQueues): boolean {
    const needed = this.#pages.ceil(sequence.filledTokens) + this.#reserved
    return needed > this.#free - this.#reservedBy(queues) - this.#owedTo(queues.retracted)
  }

  /** Whether there is room again for one that was retracted. */
  fitsAgain(sequence: SglangSequence, queues: DecodeQueues): boolean {
    return this.#owedTo([sequence]) <= this.#free - this.#reservedBy(queues)
  }

  #reservedBy({ running, receiving, waiting }: DecodeQueues): number {
    return this.#reserved * (running.length + receiving + waiting)
  }

  #owedTo(retracted: readonly SglangSequence[]): number {
    return retracted.reduce((sum, each) => sum + this.#pages.ceil(each.filledTokens) + this.#reserved, 0)
  }

  #pagesFor({ filledTokens, prefixTokens }: SglangSequence): number {
    return this.#pages.ceil(filledTokens) - this.#pages.ceil(prefixTokens)
  }

  get #free(): number {
    return this.#pages.freeTokens + this.#pages.evictableTokens
  }
}

function extraRows(maxRunningRequests: number): number {
  return maxRunningRequests <= fewRunning ? 2 * maxRunningRequests : 0
}
