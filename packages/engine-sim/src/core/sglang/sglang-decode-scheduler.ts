import type { SglangSchedulerConfig } from '../engine-config.ts'
import type { EngineRequest } from '../engine-request.ts'
import type { BlockLog } from '../steps/block-log.ts'
import { Drafting } from '../steps/drafting.ts'
import type { CommitListener, Scheduler, SchedulerCounts } from '../steps/scheduler.ts'
import { decodeOn, decodeRounds, endingWith } from './decode-rounds.ts'
import { KvPages } from './kv-pages.ts'
import { NewTokenRatio } from './new-token-ratio.ts'
import { type DecodeQueues, Preallocation } from './preallocation.ts'
import { RunningBatch } from './running-batch.ts'
import { SglangPlan } from './sglang-plan.ts'
import { SglangSequence } from './sglang-sequence.ts'
import type { SglangState } from './sglang-state.ts'
import { UnreadRequests } from './unread-requests.ts'

/**
 * SGLang's scheduler where prompts are computed elsewhere: a request waits for pages, then for its prompt with its first token, then for a place
 * among those that run. Every step is a token for each of these; nothing is computed for a prompt.
 *
 * Source: `process_decode_queue` and `get_next_disagg_decode_batch_to_run` of SGLang 0.5.23 (`disaggregation/decode.py`). Not there: one that runs
 * alone, and lacks memory that those on their way hold, is ended with an error; here it waits for it, as others do that are retracted.
 */
export class SglangDecodeScheduler implements Scheduler {
  readonly #config: SglangSchedulerConfig
  readonly #pages: KvPages
  readonly #ratio: NewTokenRatio
  readonly #running: RunningBatch
  readonly #unread: UnreadRequests
  readonly #drafting: Drafting | undefined
  readonly #preallocation: Preallocation
  /** They wait for pages. */
  #pending: SglangSequence[] = []
  /** In the order in which they got pages; `#arrived`: those whose prompt is here. */
  #receiving: SglangSequence[] = []
  readonly #arrived = new Set<SglangSequence>()
  #waiting: SglangSequence[] = []
  #retracted: SglangSequence[] = []
  #last: SglangPlan | undefined
  /** Scheduled and not committed, the oldest first. */
  readonly #underWay: SglangPlan[] = []
  readonly #plans = [new SglangPlan(), new SglangPlan(), new SglangPlan()]
  #turn = 0
  #serial = 0

  constructor(config: SglangSchedulerConfig, log?: BlockLog) {
    const { numBlocks, blockSize } = config
    const { disaggregationDecodeEnableRadixCache: enablePrefixCaching = false } = config
    this.#config = config
    const pool = { numPages: numBlocks, pageSize: blockSize, enablePrefixCaching }
    this.#pages = new KvPages({ ...pool, evictionPolicy: config.radixEvictionPolicy }, log)
    this.#ratio = new NewTokenRatio(config)
    this.#drafting = config.speculation && new Drafting(config.speculation)
    this.#running = new RunningBatch(this.#pages, this.#ratio, { drafts: this.#drafting?.draftTokens, leastKept: 0 })
    this.#preallocation = new Preallocation(this.#pages, config)
    this.#unread = new UnreadRequests(config.recvInterval ?? 1)
  }

  /** Whoever has pages runs, though its prompt may be on its way; whoever has lost them does too. */
  get counts(): SchedulerCounts {
    const { numPages, unusedPages: unused, evictedPages, tree, rows } = this.#pages
    return {
      preemptions: this.#running.retractions,
      ...{ queriedTokens: 0, hitTokens: 0, hostHitTokens: 0, diskHitTokens: 0, recomputedTokens: 0 },
      running: rows + this.#retracted.length,
      waiting: this.#pending.length + this.#unread.length,
      totalBlocks: numPages,
      usedBlocks: numPages - unused,
      freeBlocks: unused,
      cachedBlocks: tree.pages,
      evictedBlocks: evictedPages,
      ...(this.#drafting && { speculation: this.#drafting.counts }),
    }
  }

  /** As of `SglangScheduler`. */
  get state(): SglangState {
    const { freeTokens, evictableTokens } = this.#pages
    return { running: this.#running.length, freeTokens, evictableTokens, ratio: this.#ratio.current }
  }

  add(request: EngineRequest): SglangSequence {
    this.#serial += 1
    const sequence = SglangSequence.of(request, this.#serial, this.#config)
    this.#unread.add(sequence)
    return sequence
  }

  receive(sequence: SglangSequence): void {
    this.#arrived.add(sequence)
  }

  abort(sequence: SglangSequence): void {
    if (sequence.ended) return
    sequence.isGivenUp = this.#running.sequences.includes(sequence)
    if (sequence.isGivenUp) return
    sequence.ended = true
    const others = (queue: readonly SglangSequence[]) => queue.filter((each) => each !== sequence)
    this.#pending = others(this.#pending)
    this.#receiving = others(this.#receiving)
    this.#waiting = others(this.#waiting)
    this.#retracted = others(this.#retracted)
    this.#arrived.delete(sequence)
    this.#unread.remove(sequence)
    if (sequence.hasRow) this.#pages.release(sequence)
  }

  schedule(_nowMs = 0, admits = true): SglangPlan {
    const plan = this.#plans[this.#turn % this.#plans.length]!
    this.#turn += 1
    plan.clear()
    const evictedBefore = this.#pages.evictedPages
    const afterDecode = this.#last !== undefined && this.#running.length > 0
    this.#pending.push(...this.#unread.take(afterDecode))
    // A loop that has nothing to compute comes round at once, and finds what it has just let go of.
    while (this.#passLoop(plan, admits));
    plan.evictedTokens = (this.#pages.evictedPages - evictedBefore) * this.#config.blockSize
    const isEmpty = plan.sequences.length === 0
    if (isEmpty && this.#underWay.length === 0 && this.counts.running + this.#pending.length === 0) this.#ratio.reset()
    this.#last = isEmpty ? undefined : plan
    if (!isEmpty) this.#underWay.push(plan)
    return plan
  }

  commit(listener: CommitListener): void {
    const plan = this.#underWay.shift()
    if (!plan) return
    for (const [at, sequence] of plan.sequences.entries()) {
      if (sequence.ended || sequence.isRetracted) continue
      const accepted = this.#drafting?.verify(sequence, plan.drafts[at] ?? 0) ?? 0
      const brought = Math.min(1 + accepted, sequence.outputLimit - sequence.generated)
      sequence.generated += brought
      const isLast = sequence.isGivenUp || sequence.generated >= sequence.outputLimit
      if (isLast) this.#finish(sequence)
      if (sequence.isGivenUp) continue
      listener.tokens(sequence, brought)
      if (isLast) listener.finished(sequence)
    }
  }

  eventlessSteps(): number {
    if (this.#drafting) return 0
    if (this.#waiting.length > 0 && this.#running.length < this.#config.maxRunningRequests) return 0
    if (this.#mayResume() || (this.#retracted.length === 0 && (this.#arrived.size > 0 || this.#mayAllocate()))) return 0
    return Math.min(decodeRounds(this.#decoding), this.#unread.stepsUnheard)
  }

  decodeAhead(steps: number): void {
    decodeOn(steps, this.#ratio, this.#decoding)
    this.#unread.pass(steps)
  }

  resetPrefixCache(): void {
    this.#pages.forget()
  }

  get #decoding() {
    return { running: this.#running.sequences, underWay: this.#underWay, pages: this.#pages }
  }

  get #queues(): DecodeQueues {
    const [receiving, waiting] = [this.#receiving.length, this.#waiting.length]
    return { running: this.#running.sequences, receiving, waiting, retracted: this.#retracted }
  }

  /** Whether the next step finds pages again for the first that lost its own: of later ones none does that this one does not. */
  #mayResume(): boolean {
    const first = this.#retracted[0]
    return first !== undefined && this.#preallocation.hasRow && this.#preallocation.fitsAgain(first, this.#queues)
  }

  /** Whether a step to come may find pages for the first that waits for some. */
  #mayAllocate(): boolean {
    const first = this.#pending[0]
    if (!first || this.#preallocation.isFull(this.#queues)) return false
    return this.#pages.cachesPrefixes || !this.#preallocation.isBeyond(first, this.#queues)
  }

  /** One pass of the loop. Whether it came to nothing, and the next may not. */
  #passLoop(plan: SglangPlan, admits: boolean): boolean {
    this.#resume()
    const isStopped = this.#retracted.length > 0
    if (!isStopped && admits) this.#allocate(plan)
    // Where nobody runs who could make room for them, those that lost their pages hold up nobody.
    if (!isStopped || this.#running.length + this.#waiting.length === 0) this.#takeArrived()
    const before = this.#running.length + this.#start(plan)
    this.#running.dropEnded()
    const hasEnded = this.#running.length < before
    const lost = this.#running.decode(plan, this.#endingUnderWay())
    this.#retracted.push(...lost)
    return plan.sequences.length === 0 && (hasEnded || lost.length > 0)
  }

  /** What they had computed was kept elsewhere meanwhile, and is back with their pages. */
  #resume(): void {
    let resumed = 0
    for (const sequence of this.#retracted) {
      const queues = { ...this.#queues, waiting: this.#waiting.length + resumed, retracted: [] }
      if (!this.#preallocation.hasRow || !this.#preallocation.fitsAgain(sequence, queues)) break
      sequence.prefixTokens = 0
      this.#givePages(sequence)
      resumed += 1
    }
    this.#waiting.push(...this.#retracted.splice(0, resumed))
  }

  #allocate(plan: SglangPlan): void {
    for (let first = this.#pending[0]; first; first = this.#pending[0]) {
      if (this.#preallocation.isFull(this.#queues)) return
      this.#pages.match(first, first.request.promptTokens)
      if (first.heldNode) this.#pages.tree.lock(first.heldNode)
      if (!this.#preallocation.fits(first, this.#queues)) {
        if (first.heldNode) this.#pages.tree.unlock(first.heldNode)
        first.heldNode = undefined
        return
      }
      first.cachedTokens = first.prefixTokens
      this.#givePages(first)
      this.#pending.shift()
      this.#receiving.push(first)
      plan.reserved.push(first)
    }
  }

  #givePages(sequence: SglangSequence): void {
    const { filledTokens, prefixTokens } = sequence
    this.#pages.makeRoom(this.#pages.ceil(filledTokens) - this.#pages.ceil(prefixTokens))
    this.#pages.takeRow(sequence)
    this.#pages.grow(sequence, filledTokens, prefixTokens)
    sequence.extendEnd = filledTokens
    sequence.isRetracted = false
  }

  #takeArrived(): void {
    if (this.#arrived.size === 0) return
    this.#waiting.push(...this.#receiving.filter((each) => this.#arrived.has(each)))
    this.#receiving = this.#receiving.filter((each) => !this.#arrived.has(each))
    this.#arrived.clear()
  }

  /** Those that have their prompt, and a place, run from now on; their first token was with it, and some end with it. How many they are. */
  #start(plan: SglangPlan): number {
    const places = Math.max(0, this.#config.maxRunningRequests - this.#running.length)
    const started = this.#waiting.splice(0, places)
    for (const sequence of started) {
      this.#pages.keep(sequence, sequence.computed)
      if (sequence.generated > 0) continue
      sequence.generated = 1
      plan.handed.push(sequence)
      if (sequence.outputLimit === 1) this.#finish(sequence)
    }
    this.#running.join(started.filter(({ ended }) => !ended))
    return started.length
  }

  /** Running requests that are certain to end by their length with a step that is under way. */
  #endingUnderWay(): readonly SglangSequence[] {
    return this.#config.enableOverlap ? endingWith(this.#underWay[0], this.#running.sequences) : []
  }

  #finish(sequence: SglangSequence): void {
    sequence.ended = true
    // What was computed of rejected drafts, and room for others, is of no use to anybody.
    const computed = this.#drafting ? sequence.tokens - 1 : sequence.computed
    this.#pages.keep(sequence, Math.min(computed, sequence.tokens))
    this.#pages.release(sequence)
  }
}
