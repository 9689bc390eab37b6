import type { TrtllmSchedulerConfig } from '../engine-config.ts'
import type { EngineRequest } from '../engine-request.ts'
import type { BlockLog } from '../steps/block-log.ts'
import type { CommitListener, Scheduler, SchedulerCounts } from '../steps/scheduler.ts'
import { StepPlan } from '../steps/step-plan.ts'
import { takeOut } from '../steps/take-out.ts'
import { BlockPool } from '../vllm/block-pool.ts'
import { BlockTables } from '../vllm/block-tables.ts'
import { CachedPrefix } from '../vllm/cached-prefix.ts'
import { eventlessSteps } from '../vllm/eventless-steps.ts'
import { GrowthCalendar } from '../vllm/growth-calendar.ts'
import { HitCount } from '../vllm/hit-count.ts'
import { advancePlanned, bringTokens, dropEnded } from '../vllm/running-sequences.ts'
import { VllmSequence } from '../vllm/vllm-sequence.ts'
import { Capacity } from './capacity.ts'
import { NearlyFound } from './nearly-found.ts'

/**
 * TensorRT-LLM's in-flight batching: who has begun gets a token, and what is left of the step's tokens goes to prompts in order of arrival.
 *
 * Blocks are paged and told by their content as vLLM's are, but can be hit only when the prompt or the request that filled them has been computed.
 * Source: `capacityScheduler.cpp`, `microBatchScheduler.cpp` and `kvCacheManager.cpp` of TensorRT-LLM's batch manager.
 */
export class TrtllmScheduler implements Scheduler {
  readonly #config: TrtllmSchedulerConfig
  readonly #pool: BlockPool
  readonly #tables: BlockTables
  /** Gives blocks their keys. */
  readonly #stored: BlockTables
  readonly #cached: CachedPrefix
  readonly #hits: HitCount
  readonly #capacity: Capacity
  readonly #calendar: GrowthCalendar
  /** Those that have begun and those that have not, each in order of arrival. */
  readonly #running: VllmSequence[] = []
  readonly #waiting: VllmSequence[] = []
  readonly #nearlyFound: NearlyFound
  /** Of those that have begun, the ones of whose prompt some is not computed. */
  readonly #prompts = new Set<VllmSequence>()
  #underWay: StepPlan<VllmSequence> | undefined
  readonly #plan = new StepPlan<VllmSequence>()
  #serial = 0
  #preemptions = 0

  constructor(config: TrtllmSchedulerConfig, log?: BlockLog) {
    this.#config = config
    this.#pool = new BlockPool(config.numBlocks, log)
    this.#tables = new BlockTables(this.#pool, { ...config, enablePrefixCaching: false })
    this.#nearlyFound = new NearlyFound(this.#pool, config)
    this.#stored = new BlockTables(this.#pool, config, (_, key) => this.#nearlyFound.keyed(key))
    this.#cached = new CachedPrefix(this.#pool, config)
    this.#hits = new HitCount(config, this.#pool.forgotten)
    const [pool, tables, cached] = [this.#pool, this.#tables, this.#cached]
    this.#capacity = new Capacity({ pool, tables, cached, config, running: this.#running, prompts: this.#prompts })
    this.#calendar = new GrowthCalendar(this.#tables, config.blockSize)
  }

  get counts(): SchedulerCounts {
    return {
      preemptions: this.#preemptions,
      ...this.#hits.tokens,
      running: this.#running.length,
      waiting: this.#waiting.length,
      ...this.#pool.counts,
    }
  }

  add(request: EngineRequest): VllmSequence {
    this.#serial += 1
    const sequence = new VllmSequence(request, this.#serial, this.#config.maxModelLen)
    this.#waiting.push(sequence)
    this.#nearlyFound.add(sequence)
    return sequence
  }

  abort(sequence: VllmSequence): void {
    if (sequence.ended) return
    for (const list of [this.#running, this.#waiting]) {
      const at = list.indexOf(sequence)
      if (at >= 0) list.splice(at, 1)
    }
    this.#nearlyFound.delete(sequence)
    this.#end(sequence)
  }

  schedule(_nowMs = 0, admits = true): StepPlan<VllmSequence> {
    const plan = this.#plan
    plan.clear()
    this.#decode(plan)
    const canGoOn = this.#goOnWithPrompts(plan)
    // A step that had to take blocks away from somebody gives none to newcomers.
    if (admits && canGoOn && plan.preempted.length === 0) this.#beginPrompts(plan)
    advancePlanned(plan, 0)
    this.#underWay = plan.sequences.length > 0 ? plan : undefined
    return plan
  }

  commit(listener: CommitListener): void {
    const plan = this.#underWay
    if (!plan) return
    this.#underWay = undefined
    let someEnded = false
    for (let at = 0; at < plan.sequences.length; at += 1) {
      const sequence = plan.sequences[at]!
      if (sequence.ended) continue
      const brought = bringTokens(plan, at, undefined)
      if (brought === 0) continue
      if (this.#prompts.delete(sequence)) this.#stored.keyFull(sequence, sequence.computed)
      const isLast = sequence.generated >= sequence.outputLimit
      if (isLast) this.#end(sequence)
      someEnded ||= isLast
      listener.tokens(sequence, brought)
      if (isLast) listener.finished(sequence)
    }
    if (someEnded) dropEnded(this.#running)
  }

  eventlessSteps(): number {
    const plan = this.#underWay
    if (!plan || this.#prompts.size > 0) return 0
    const { freeBlocks } = this.#pool
    return eventlessSteps([plan], { running: this.#running, freeBlocks, blockSize: this.#config.blockSize })
  }

  decodeAhead(steps: number): void {
    this.#calendar.run(this.#running, steps)
    for (const sequence of this.#running) {
      sequence.generated += steps
      sequence.computed += steps
    }
    this.#underWay?.moveOn(steps)
  }

  resetPrefixCache(): void {
    this.#pool.forgetContents()
  }

  requeueRunning(): void {
    for (let last = this.#running.pop(); last; last = this.#running.pop()) this.#restart(last)
  }

  /** A token for each that is past its prompt, in order of arrival, at the cost of those that came last if memory is short. */
  #decode(plan: StepPlan<VllmSequence>): void {
    for (let at = 0; at < this.#running.length; at += 1) {
      const sequence = this.#running[at]!
      if (this.#prompts.has(sequence)) continue
      if (plan.decodes >= this.#config.maxNumTokens || !this.#grow(plan, sequence)) return
      plan.add(sequence, 1, false)
    }
  }

  /** Finds a block for the next token, of those that came last if need be, which happens where nothing is reserved alone. False when it had to go itself. */
  #grow(plan: StepPlan<VllmSequence>, sequence: VllmSequence): boolean {
    const missing = this.#tables.blocksFor(sequence.computed + 1) - sequence.blockCount
    while (missing > this.#pool.freeBlocks) {
      const victim = this.#running.pop()!
      const { computed, generated } = victim
      plan.preempted.push({ sequence: victim, computed, generated, freeBlocks: this.#pool.freeBlocks })
      this.#restart(victim)
      if (victim === sequence) return false
    }
    if (missing > 0) this.#tables.take(sequence, missing)
    return true
  }

  #restart(sequence: VllmSequence): void {
    this.#tables.release(sequence)
    this.#prompts.delete(sequence)
    sequence.restart(0)
    this.#preemptions += 1
    insert(this.#waiting, sequence)
    this.#nearlyFound.add(sequence)
  }

  /** Chunks of prompts of which some are computed. Whether there may be tokens for others. */
  #goOnWithPrompts(plan: StepPlan<VllmSequence>): boolean {
    for (const sequence of this.#running) {
      if (!this.#prompts.has(sequence)) continue
      const tokens = this.#pieceOf(sequence.tokens - sequence.computed, plan)
      if (tokens > 0) plan.add(sequence, tokens, false)
    }
    return this.#left(plan) > 0
  }

  /** Looks at those that wait, in order of arrival, until one does not fit. */
  #beginPrompts(plan: StepPlan<VllmSequence>): void {
    if (this.#waiting.length === 0) return
    const begun = new Set<VllmSequence>()
    this.#capacity.startStep()
    for (const sequence of this.#waiting) {
      if (this.#running.length >= this.#config.maxBatchSize || !this.#canBegin(plan)) break
      const verdict = this.#capacity.look(sequence)
      if (verdict === 'no-memory') break
      if (verdict === 'comes-later') continue
      const tokens = this.#pieceOf(sequence.tokens - this.#cached.count * this.#config.blockSize, plan)
      if (tokens === 0 && !this.#config.enableChunkedPrefill) break
      // What it needs is spoken for, though there are no tokens for it in this step.
      if (tokens === 0) continue
      this.#begin(sequence)
      this.#nearlyFound.delete(sequence)
      begun.add(sequence)
      plan.add(sequence, tokens, sequence.preemptions === 0)
      plan.admitted += 1
    }
    takeOut(this.#waiting, begun)
  }

  /** Whether somebody who waits may get tokens of the step: what is not the last of a prompt is cut at whole blocks. */
  #canBegin(plan: StepPlan<VllmSequence>): boolean {
    const left = this.#left(plan)
    if (left >= this.#config.blockSize || !this.#config.enableChunkedPrefill) return left > 0
    return left > 0 && this.#nearlyFound.mayWant(left)
  }

  /** Takes blocks for all of the prompt, whatever part of it is computed first. */
  #begin(sequence: VllmSequence): void {
    this.#cached.give(sequence)
    this.#hits.count(sequence)
    this.#tables.take(sequence, this.#tables.blocksFor(sequence.tokens) - sequence.blockCount)
    this.#prompts.add(sequence)
    insert(this.#running, sequence)
  }

  /** Tokens of a prompt with so many left; a chunk that is not the last one is of whole blocks. */
  #pieceOf(left: number, plan: StepPlan<VllmSequence>): number {
    const { blockSize, enableChunkedPrefill } = this.#config
    const budget = this.#left(plan)
    if (left <= budget) return left
    return enableChunkedPrefill ? Math.floor(budget / blockSize) * blockSize : 0
  }

  #left({ prefillTokens, decodes }: StepPlan<VllmSequence>): number {
    return this.#config.maxNumTokens - prefillTokens - decodes
  }

  #end(sequence: VllmSequence): void {
    if (!this.#prompts.delete(sequence)) this.#stored.keyFull(sequence, sequence.computed)
    this.#cached.remember(sequence)
    this.#tables.release(sequence)
    sequence.ended = true
    this.#capacity.ended()
  }
}

/** Puts a sequence where its arrival has it. */
function insert(list: VllmSequence[], sequence: VllmSequence): void {
  let at = list.length
  while (at > 0 && list[at - 1]!.serial > sequence.serial) at -= 1
  list.splice(at, 0, sequence)
}
