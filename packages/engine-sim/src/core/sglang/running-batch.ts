import type { KvPages } from './kv-pages.ts'
import type { NewTokenRatio } from './new-token-ratio.ts'
import type { SglangPlan } from './sglang-plan.ts'
import type { SglangSequence } from './sglang-sequence.ts'

/** Tokens that are made free for each request that stays, when one is retracted. */
const retractSteps = 20

/**
 * The requests that are past their prompts: they get a token each in a decode step, or lose their pages where memory is short.
 *
 * Source: `ScheduleBatch` and `update_running_batch` of SGLang 0.5.23.
 */
export class RunningBatch {
  /** Memory or rows were lacking for somebody, and nobody has left since: nobody is looked at. */
  isFull = false
  readonly #pages: KvPages
  readonly #ratio: NewTokenRatio
  readonly #drafts: number | undefined
  /** So many stay, however little memory there is. */
  readonly #leastKept: number
  #sequences: SglangSequence[] = []
  #retractions = 0

  /** `drafts`: verified for each in a decode step; absent: none are made. `leastKept`: default 1, which is to have room for all that it may need. */
  constructor(
    pages: KvPages,
    ratio: NewTokenRatio,
    { drafts, leastKept = 1 }: { readonly drafts?: number | undefined; readonly leastKept?: number } = {},
  ) {
    this.#pages = pages
    this.#ratio = ratio
    this.#drafts = drafts
    this.#leastKept = leastKept
  }

  get sequences(): readonly SglangSequence[] {
    return this.#sequences
  }

  get length(): number {
    return this.#sequences.length
  }

  /** Somebody has not ended. */
  get isGoingOn(): boolean {
    return this.#sequences.some(({ ended }) => !ended)
  }

  get retractions(): number {
    return this.#retractions
  }

  /** Takes in those of the last prefill that it brought to the end of their prompts. */
  merge({ sequences, chunked }: SglangPlan, goesOn: SglangSequence | undefined): void {
    const stays = sequences.filter(
      (each) => !each.ended && each !== chunked && each !== goesOn && !each.isRetracted && !each.request.keepsBlocks,
    )
    // Where nothing ran, the batch that now runs is a new one, of which nobody has said that it is full.
    if (stays.length < sequences.length || this.length === 0) this.isFull = false
    this.#sequences.push(...stays)
  }

  /** Takes in those whose prompts another engine computed. */
  join(sequences: readonly SglangSequence[]): void {
    this.#sequences.push(...sequences)
  }

  /** Takes their pages from all of them, who run no longer. They are told, and not counted: memory was not short. */
  giveUp(): readonly SglangSequence[] {
    const lost = this.#sequences.filter(({ ended }) => !ended)
    for (const [at, sequence] of lost.entries()) this.takePages(sequence, lost.length - at)
    this.#sequences = []
    this.isFull = false
    return lost
  }

  /** Takes its pages from a sequence, and makes room for so many others at once. */
  takePages(sequence: SglangSequence, others: number): void {
    this.#pages.release(sequence)
    sequence.isRetracted = true
    sequence.preemptions += 1
    sequence.middleChunks = 0
    this.#pages.makeRoom(others * retractSteps)
  }

  /** Lets go of those that have ended. */
  dropEnded(): void {
    this.#keep(({ ended }) => !ended)
  }

  /** Gives each a token beside the prefills of a step, where there is room for all of them. */
  mixInto(plan: SglangPlan, ending: readonly SglangSequence[]): void {
    this.#keep((each) => !ending.includes(each))
    if (this.length === 0 || !this.#hasRoomFor(this.#sequences)) return
    plan.decodesFrom = plan.sequences.length
    this.#growByOne(plan)
    this.#sequences = []
  }

  /** Plans a decode step, without those that are certain to end with a step that is under way. Who was retracted for it. */
  decode(plan: SglangPlan, ending: readonly SglangSequence[]): readonly SglangSequence[] {
    this.#keep((each) => !ending.includes(each))
    if (this.length === 0) {
      this.isFull = false
      return []
    }
    const hasRoom = this.#hasRoomFor(this.#sequences)
    if (!hasRoom && ending.length > 0) {
      // Those that end under way will free what is lacking.
      this.isFull = false
      return []
    }
    plan.kind = 'decode'
    const before = plan.preempted.length
    if (hasRoom) this.#ratio.decay()
    else this.#retract(plan)
    this.#growByOne(plan)
    return plan.preempted.slice(before).map(({ sequence }) => sequence)
  }

  /** Takes their pages from requests until the others have room: first from whom has the least output, and of those the longest input. */
  #retract(plan: SglangPlan): void {
    const order = this.#sequences.toSorted(
      (one, other) => other.generated - one.generated || one.request.promptTokens - other.request.promptTokens,
    )
    do {
      if (order.length === this.#leastKept) break
      const sequence = order.pop()!
      const { computed, generated } = sequence
      plan.preempted.push({ sequence, computed, generated, freeBlocks: this.#pages.freePages })
      this.takePages(sequence, order.length)
      this.#retractions += 1
    } while (!this.#hasRoomFor(order))
    this.#sequences = order
    this.isFull = false
    this.#ratio.estimate(order)
  }

  #hasRoomFor(sequences: readonly SglangSequence[]): boolean {
    const { pageSize } = this.#pages
    if (this.#drafts === undefined) {
      const pages = sequences.reduce((sum, { computed }) => sum + (computed % pageSize === 0 ? 1 : 0), 0)
      return this.#pages.makeRoom(pages * pageSize)
    }
    const pagesFor = (tokens: number) => Math.ceil(tokens / pageSize)
    const pages = sequences.reduce((sum, each) => sum + pagesFor(this.#roomOf(each)) - pagesFor(each.computed), 0)
    return this.#pages.makeRoom(pages * pageSize)
  }

  /** Room is made for a page each, even where few need one. */
  #growByOne(plan: SglangPlan): void {
    const drafts = this.#drafts
    this.#pages.makeRoom(this.length * this.#pages.pageSize)
    if (drafts !== undefined) this.#hasRoomFor(this.#sequences)
    for (const sequence of this.#sequences) {
      if (drafts === undefined) plan.addDecode(sequence)
      else plan.addVerifiedDrafts(sequence, drafts)
      this.#pages.grow(sequence, drafts === undefined ? sequence.computed + 1 : this.#roomOf(sequence))
    }
  }

  /**
   * Tokens that a sequence has room for while its drafts are verified: those that it has computed, and twice those of a step, as the step before
   * may not be known.
   *
   * Source: `get_alloc_reserve_per_decode` and `eagle_prepare_for_decode` of SGLang, whose tree of drafts is a chain here.
   */
  #roomOf(sequence: SglangSequence): number {
    return Math.max(sequence.computed, sequence.committedTokens + 2 * (1 + this.#drafts!))
  }

  #keep(stays: (sequence: SglangSequence) => boolean): void {
    const kept = this.#sequences.filter(stays)
    if (kept.length < this.length) this.isFull = false
    this.#sequences = kept
  }
}
