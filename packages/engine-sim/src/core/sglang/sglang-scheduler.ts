import type { SglangSchedulerConfig } from '../engine-config.ts'
import type { EngineRequest } from '../engine-request.ts'
import type { BlockLog } from '../steps/block-log.ts'
import { Drafting } from '../steps/drafting.ts'
import type { CommitListener, Scheduler, SchedulerCounts } from '../steps/scheduler.ts'
import { BootstrapQueue } from './bootstrap-queue.ts'
import { decodeOn, decodeRounds, endingWith } from './decode-rounds.ts'
import { KvPages } from './kv-pages.ts'
import { NewTokenRatio } from './new-token-ratio.ts'
import type { PageStore } from './page-store.ts'
import { PrefillAdmission } from './prefill-admission.ts'
import { PrefixHits } from './prefix-hits.ts'
import { RunningBatch } from './running-batch.ts'
import { SglangPlan } from './sglang-plan.ts'
import { SglangSequence } from './sglang-sequence.ts'
import type { SglangState } from './sglang-state.ts'
import { UnreadRequests } from './unread-requests.ts'
import { WaitingRequests } from './waiting-requests.ts'

/**
 * SGLang's scheduler: a step is either a batch of prefills or one token for every running request, and prefills go first.
 *
 * Source: the rules of SGLang 0.5.23 (`managers/scheduler.py`, `schedule_policy.py`, `schedule_batch.py`), checked step by step against its
 * log in `../../check`; ../shared/spec/engine-sim.md 11.
 */
export class SglangScheduler implements Scheduler {
  readonly #config: SglangSchedulerConfig
  readonly #pages: KvPages
  readonly #ratio: NewTokenRatio
  readonly #waiting: WaitingRequests
  readonly #running: RunningBatch
  readonly #unread: UnreadRequests
  readonly #bootstrap: BootstrapQueue
  readonly #hits: PrefixHits
  readonly #drafting: Drafting | undefined
  /** A request of which some chunks are computed, or under way. */
  #chunked: SglangSequence | undefined
  /** What was scheduled last. */
  #last: SglangPlan | undefined
  /** Scheduled and not committed, the oldest first. */
  readonly #underWay: SglangPlan[] = []
  readonly #plans = [new SglangPlan(), new SglangPlan(), new SglangPlan()]
  #turn = 0
  #serial = 0

  /** `store`: the storage behind its host, where its description has one. */
  constructor(config: SglangSchedulerConfig, log?: BlockLog, store?: PageStore) {
    const { numBlocks, blockSize, enablePrefixCaching, radixEvictionPolicy: evictionPolicy, hicache } = config
    this.#config = { ...config, enableMixedChunk: config.enableMixedChunk && config.chunkedPrefillSize > 0 }
    const pool = { numPages: numBlocks, pageSize: blockSize, enablePrefixCaching }
    this.#pages = new KvPages({ ...pool, evictionPolicy, hicache, store }, log)
    this.#ratio = new NewTokenRatio(config)
    this.#drafting = config.speculation && new Drafting(config.speculation)
    this.#running = new RunningBatch(this.#pages, this.#ratio, { drafts: this.#drafting?.draftTokens })
    this.#waiting = new WaitingRequests(this.#pages, config.schedulePolicy)
    this.#unread = new UnreadRequests(config.recvInterval ?? 1)
    this.#bootstrap = new BootstrapQueue(config.maxRunningRequests)
    this.#hits = new PrefixHits(this.#pages)
  }

  get counts(): SchedulerCounts {
    const { numPages, unusedPages: unused, evictedPages, tree } = this.#pages
    return {
      preemptions: this.#running.retractions,
      ...this.#hits.tokens,
      running: this.#pages.rows,
      waiting: this.#waiting.length + this.#unread.length + this.#bootstrap.length,
      totalBlocks: numPages,
      usedBlocks: numPages - unused,
      freeBlocks: unused,
      cachedBlocks: tree.pages,
      evictedBlocks: evictedPages,
      ...(this.#pages.host && { hostTier: this.#pages.host.pages }),
      ...(this.#drafting && { speculation: this.#drafting.counts }),
    }
  }

  get readyMs(): number | undefined {
    return this.#waiting.nextMs
  }

  get isWatching(): boolean {
    return this.#waiting.isWatching
  }

  /** What SGLang says of itself after a step was scheduled, in tokens. */
  get state(): SglangState {
    return {
      running: this.#running.length,
      freeTokens: this.#pages.freeTokens,
      evictableTokens: this.#pages.evictableTokens,
      ratio: this.#ratio.current,
    }
  }

  add(request: EngineRequest): SglangSequence {
    this.#serial += 1
    const sequence = SglangSequence.of(request, this.#serial, this.#config)
    this.#unread.add(sequence)
    return sequence
  }

  /** Source: `abort_request` of SGLang 0.5.23: whoever is in a batch gets a token more, and what it has is kept. */
  abort(sequence: SglangSequence): void {
    if (sequence.ended) return
    sequence.isGivenUp = sequence.hasRow && sequence !== this.#chunked && !sequence.request.keepsBlocks
    if (sequence.isGivenUp) return
    sequence.ended = true
    if (this.#chunked === sequence) this.#chunked = undefined
    this.#waiting.abort(sequence)
    this.#unread.remove(sequence)
    this.#bootstrap.done(sequence)
    if (sequence.hasRow) this.#pages.release(sequence)
  }

  receive(sequence: SglangSequence): void {
    this.#bootstrap.roomFound(sequence)
  }

  letGo(sequence: SglangSequence): void {
    this.#bootstrap.done(sequence)
    if (!sequence.hasRow) return
    this.#pages.keep(sequence, sequence.extendEnd)
    this.#pages.release(sequence)
  }

  schedule(nowMs = 0, admits = true): SglangPlan {
    const plan = this.#plans[this.#turn % this.#plans.length]!
    this.#turn += 1
    plan.clear()
    for (const sequence of this.#unread.take(this.#last?.kind === 'decode' && this.#running.isGoingOn)) {
      if (sequence.request.awaitsRoom) this.#bootstrap.add(sequence)
      else this.#waiting.push(sequence, nowMs)
    }
    for (const sequence of this.#bootstrap.take()) this.#waiting.push(sequence, nowMs)
    this.#waiting.advance(nowMs)
    const evictedBefore = this.#pages.evictedPages
    this.#stashChunk()
    if (this.#last?.kind === 'extend') this.#running.merge(this.#last, this.#chunked)
    this.#running.dropEnded()
    let isExtend = this.#scheduleExtend(plan, admits)
    while (!isExtend && this.#running.length + this.#underWay.length === 0 && this.#waiting.takePassedOver())
      isExtend = this.#scheduleExtend(plan, admits)
    if (!isExtend && this.#running.length > 0)
      for (const sequence of this.#running.decode(plan, this.#endingUnderWay())) this.#waiting.push(sequence)
    plan.evictedTokens = (this.#pages.evictedPages - evictedBefore) * this.#config.blockSize
    Object.assign(plan, this.#pages.host?.scheduled())
    const isEmpty = plan.sequences.length === 0
    if (isEmpty && this.#underWay.length === 0 && this.#waiting.length === 0) this.#ratio.reset()
    this.#last = isEmpty ? undefined : plan
    if (!isEmpty) this.#underWay.push(plan)
    return plan
  }

  commit(listener: CommitListener): void {
    const plan = this.#underWay.shift()
    if (!plan) return
    const decodesFrom = plan.kind === 'decode' ? 0 : (plan.decodesFrom ?? plan.sequences.length)
    for (const [at, sequence] of plan.sequences.entries()) {
      if (sequence.ended || sequence.isRetracted) continue
      if (sequence.middleChunks > 0) {
        sequence.middleChunks -= 1
        continue
      }
      const accepted = this.#drafting?.verify(sequence, plan.drafts[at] ?? 0) ?? 0
      const brought = Math.min(1 + accepted, sequence.outputLimit - sequence.generated)
      sequence.generated += brought
      const isLast = sequence.isGivenUp || sequence.generated >= sequence.outputLimit
      if (isLast) this.#finish(sequence)
      else if (at < decodesFrom) this.#keepPrefill(sequence)
      if (sequence.isGivenUp) continue
      listener.tokens(sequence, brought)
      if (isLast) listener.finished(sequence)
    }
  }

  eventlessSteps(): number {
    if (this.#drafting || this.isWatching) return 0
    if (this.#chunked || (this.#waiting.length > 0 && !this.#running.isFull)) return 0
    return Math.min(decodeRounds(this.#decoding), this.#unread.stepsUnheard)
  }

  decodeAhead(steps: number): void {
    decodeOn(steps, this.#ratio, this.#decoding)
    this.#unread.pass(steps)
  }

  resetPrefixCache(): void {
    this.#pages.forget()
  }

  /** Source: `pause_generation` of SGLang 0.5.23, which leaves alone a prompt of which a part is on its way to another engine. */
  requeueRunning(): void {
    if (this.#last?.kind === 'extend') this.#running.merge(this.#last, this.#chunked)
    this.#last = undefined
    for (const sequence of this.#running.giveUp()) this.#waiting.push(sequence)
    const chunked = this.#chunked
    if (!chunked || chunked.request.keepsBlocks) return
    this.#running.takePages(chunked, 1)
    this.#waiting.push(chunked)
    this.#chunked = undefined
  }

  /** The chunk that has been computed, or is under way, can be shared. */
  #stashChunk(): void {
    const sequence = this.#chunked
    if (!sequence || sequence.extendEnd <= sequence.prefixTokens) return
    this.#keepPrefill(sequence)
  }

  #keepPrefill(sequence: SglangSequence): void {
    this.#pages.keep(sequence, sequence.extendEnd)
    sequence.prefixTokens = sequence.extendEnd
  }

  #scheduleExtend(plan: SglangPlan, admits: boolean): boolean {
    if (this.#running.length === 0) this.#running.isFull = false
    if ((!admits || this.#running.isFull || this.#waiting.length === 0) && !this.#chunked) return false
    if (this.#freeRows(0) <= 0 && !this.#chunked) {
      this.#running.isFull = true
      return false
    }
    const waiting = this.#waiting.order()
    const { maxPrefillTokens, chunkedPrefillSize, enableMixedChunk } = this.#config
    const admission = new PrefillAdmission({
      pages: this.#pages,
      running: this.#running.sequences,
      ratio: this.#ratio.current,
      inputBudget: maxPrefillTokens,
      chunkBudget: chunkedPrefillSize > 0 ? chunkedPrefillSize : undefined,
      mixedDecodes: enableMixedChunk ? this.#running.length : 0,
    })
    if (this.#chunked) admission.goOn(this.#chunked)
    if (admits) this.#admitWaiting(waiting, admission)
    const { admitted } = admission
    this.#chunked = admission.chunked
    if (admitted.length === 0) return false
    if (this.#chunked) this.#chunked.middleChunks += 1
    this.#waiting.admitted(admission.newcomers)
    this.#startPrefills(plan, admitted)
    if (enableMixedChunk) this.#running.mixInto(plan, this.#endingUnderWay())
    return true
  }

  #admitWaiting(waiting: readonly SglangSequence[], admission: PrefillAdmission): void {
    for (const sequence of waiting) {
      if (admission.isSpent) return
      const held = admission.admitted.filter(({ hasRow }) => hasRow).length
      if (admission.admitted.length >= this.#freeRows(held)) this.#running.isFull = true
      if (this.#running.isFull) return
      if (!this.#waiting.isReady(sequence)) continue
      const verdict = admission.add(sequence)
      if (verdict === 'admitted') continue
      if (verdict === 'no-memory') this.#running.isFull = admission.admitted.length > 0 || this.#running.length > 0
      return
    }
  }

  /** Requests that may yet be taken beside the running ones; those counted already hold `held` of the rows. */
  #freeRows(held: number): number {
    const { maxRunningRequests } = this.#config
    return Math.min(maxRunningRequests - this.#running.length, maxRunningRequests - this.#pages.rows + held)
  }

  #startPrefills(plan: SglangPlan, admitted: readonly SglangSequence[]): void {
    const { blockSize } = this.#config
    const tokens = admitted.reduce((sum, each) => sum + each.extendEnd - each.prefixTokens, 0)
    this.#pages.makeRoom(blockSize === 1 ? tokens : tokens + admitted.length * blockSize)
    plan.kind = 'extend'
    plan.chunked = this.#chunked
    for (const sequence of admitted) {
      const isNew = sequence.cachedTokens === undefined
      const isBack = sequence.isRetracted
      plan.addPrefill(sequence, { tokens: sequence.extendEnd - sequence.prefixTokens, isNew, isBack })
      if (isNew || isBack) plan.admitted += 1
      if (isNew) this.#hits.count(sequence)
      this.#pages.takeRow(sequence)
      sequence.isRetracted = false
      this.#pages.grow(sequence, sequence.extendEnd, sequence.prefixTokens)
    }
  }

  get #decoding() {
    return { running: this.#running.sequences, underWay: this.#underWay, pages: this.#pages }
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
    // What another engine is to get is held until that has it.
    if (!sequence.request.keepsBlocks) this.#pages.release(sequence)
  }
}
