import type { SchedulerConfig } from '../engine-config.ts'
import type { EngineRequest } from '../engine-request.ts'
import type { CommitListener, Scheduler, SchedulerCounts } from '../steps/scheduler.ts'
import { StepPlan } from '../steps/step-plan.ts'
import { BlockPool } from './block-pool.ts'
import { eventlessSteps } from './eventless-steps.ts'
import { comesBefore, PriorityQueue } from './priority-queue.ts'
import { VllmSequence } from './vllm-sequence.ts'
import { ArrivalQueue, type WaitingQueue } from './waiting-queue.ts'

/**
 * vLLM V1's scheduler.
 *
 * There is no prefill phase and no decode phase: every step moves each sequence's computed tokens towards its tokens. Source: the rules of
 * vLLM 0.32's and 0.33's V1 scheduler (synchronous), checked step by step against its logs in `../../check`.
 */
export class VllmScheduler implements Scheduler {
  readonly #config: SchedulerConfig
  readonly #pool: BlockPool
  /** In order of admission. */
  readonly #running: VllmSequence[] = []
  readonly #waiting: WaitingQueue
  readonly #goesByPriority: boolean
  /** How often a sequence lost its blocks. */
  #preemptions = 0
  /** Tokens looked up in the prefix cache, and found, by admitted requests; those resumed after a preemption do not count. */
  #queriedTokens = 0
  #hitTokens = 0
  readonly #plan = new StepPlan<VllmSequence>()
  readonly #watermarkBlocks: number
  #serial = 0
  /** Cached leading blocks of the sequence that was looked up last. */
  #hits = new Int32Array(64)
  #hitCount = 0
  #freeHits = 0
  /** A head of the waiting queue that did not fit cannot fit before `pool.reliefs` has reached this. */
  #blocked: { sequence: VllmSequence; untilReliefs: number } | undefined

  constructor(config: SchedulerConfig) {
    this.#config = config
    this.#pool = new BlockPool(config.numBlocks)
    this.#goesByPriority = config.schedulingPolicy === 'priority'
    this.#waiting = this.#goesByPriority ? new PriorityQueue() : new ArrivalQueue()
    this.#watermarkBlocks = Math.floor(config.watermark * config.numBlocks)
  }

  get counts(): SchedulerCounts {
    const { numBlocks, freeBlocks, cachedBlocks, evictedBlocks } = this.#pool
    const totalBlocks = numBlocks - 1
    return {
      preemptions: this.#preemptions,
      queriedTokens: this.#queriedTokens,
      hitTokens: this.#hitTokens,
      running: this.#running.length,
      waiting: this.#waiting.length,
      totalBlocks,
      usedBlocks: totalBlocks - freeBlocks,
      ...{ freeBlocks, cachedBlocks, evictedBlocks },
    }
  }

  add(request: EngineRequest): VllmSequence {
    this.#serial += 1
    const sequence = new VllmSequence(request, this.#serial, this.#config.maxModelLen)
    this.#waiting.append(sequence)
    return sequence
  }

  abort(sequence: VllmSequence): void {
    if (sequence.ended) return
    const runningAt = this.#running.indexOf(sequence)
    if (runningAt >= 0) this.#running.splice(runningAt, 1)
    else this.#waiting.remove(sequence)
    this.#end(sequence)
  }

  schedule(): StepPlan<VllmSequence> {
    const plan = this.#plan
    plan.clear()
    const budget = this.#scheduleRunning(plan)
    // A step that had to take blocks away from somebody gives none to newcomers.
    if (plan.preempted.length === 0) this.#admitWaiting(plan, budget)
    return plan
  }

  commit(listener: CommitListener): void {
    const { sequences, tokens } = this.#plan
    let someEnded = false
    for (let at = 0; at < sequences.length; at += 1) {
      const sequence = sequences[at]!
      if (sequence.ended) continue
      sequence.computed += tokens[at]!
      if (sequence.computed < sequence.tokens) continue
      sequence.generated += 1
      if (sequence.generated < sequence.outputLimit) {
        listener.token(sequence)
        continue
      }
      this.#end(sequence)
      someEnded = true
      listener.token(sequence)
      listener.finished(sequence)
    }
    if (someEnded) this.#dropEnded()
  }

  eventlessSteps(): number {
    const { freeBlocks } = this.#pool
    return eventlessSteps(this.#plan, { running: this.#running, freeBlocks, blockSize: this.#config.blockSize })
  }

  resetPrefixCache(): void {
    this.#pool.forgetContents()
  }

  /** Gives tokens to those that run, in their order, until the budget is spent; what is left of it. */
  #scheduleRunning(plan: StepPlan<VllmSequence>): number {
    const running = this.#running
    const { longPrefillTokenThreshold, maxNumBatchedTokens } = this.#config
    for (;;) {
      const budget = maxNumBatchedTokens - plan.prefillTokens - plan.decodes
      // Those before it have been given theirs, or have lost their blocks.
      const sequence = running[plan.sequences.length]
      if (!sequence || budget <= 0) return budget
      let tokens = sequence.tokens - sequence.computed
      if (longPrefillTokenThreshold > 0 && tokens > longPrefillTokenThreshold) tokens = longPrefillTokenThreshold
      if (tokens > budget) tokens = budget
      if (this.#growOrPreempt(plan, sequence, tokens)) plan.add(sequence, tokens, false)
      // By priority, whoever had to go was the last to be served, and those behind may have room now.
      else if (!this.#goesByPriority) return budget
    }
  }

  /** Finds blocks for the tokens, at the cost of those served last if need be. False when the sequence itself had to go. */
  #growOrPreempt(plan: StepPlan<VllmSequence>, sequence: VllmSequence, tokens: number): boolean {
    const blocksNeeded = this.#blocksFor(sequence.computed + tokens) - sequence.blockCount
    while (blocksNeeded > this.#pool.freeBlocks) {
      const victim = this.#victim(plan)
      this.#preempt(plan, victim)
      if (victim === sequence) return false
    }
    if (blocksNeeded > 0) this.#takeBlocks(sequence, blocksNeeded)
    this.#keyFullBlocks(sequence, sequence.computed + tokens)
    return true
  }

  /** Takes the last to be served out of those that run. */
  #victim(plan: StepPlan<VllmSequence>): VllmSequence {
    if (!this.#goesByPriority) return this.#running.pop()!
    const victim = this.#running.reduce((last, each) => (comesBefore(last, each) ? each : last))
    this.#running.splice(this.#running.indexOf(victim), 1)
    plan.takeBack(victim)
    return victim
  }

  #preempt(plan: StepPlan<VllmSequence>, sequence: VllmSequence): void {
    const { computed, generated } = sequence
    plan.preempted.push({ sequence, computed, generated, freeBlocks: this.#pool.freeBlocks })
    this.#pool.release(sequence.blocks, sequence.blockCount)
    sequence.blockCount = 0
    sequence.keyedBlocks = 0
    sequence.computed = 0
    sequence.preemptions += 1
    this.#preemptions += 1
    this.#waiting.prepend(sequence)
  }

  /** Admits from the head of the queue as long as it fits; the first that does not fit keeps all behind it waiting. */
  #admitWaiting(plan: StepPlan<VllmSequence>, runningBudget: number): void {
    let budget = runningBudget
    while (budget > 0 && this.#running.length < this.#config.maxNumSeqs) {
      const sequence = this.#waiting.head
      if (!sequence || this.#isStillBlocked(sequence)) return
      const tokens = this.#admit(sequence, budget)
      if (tokens === 0) return
      this.#waiting.removeHead()
      this.#running.push(sequence)
      plan.add(sequence, tokens, sequence.preemptions === 0)
      plan.admitted += 1
      budget -= tokens
    }
  }

  /** Tokens given to a waiting sequence in this step, its blocks allocated; 0 when it does not fit. */
  #admit(sequence: VllmSequence, budget: number): number {
    const { blockSize, longPrefillTokenThreshold, enableChunkedPrefill } = this.#config
    this.#lookUp(sequence)
    const hits = this.#hitCount
    let tokens = sequence.tokens - hits * blockSize
    if (longPrefillTokenThreshold > 0 && tokens > longPrefillTokenThreshold) tokens = longPrefillTokenThreshold
    if (!enableChunkedPrefill && tokens > budget) return 0
    if (tokens > budget) tokens = budget
    const endTokens = hits * blockSize + tokens
    if (!this.#fits(sequence, endTokens)) return 0
    this.#holdHits(sequence)
    this.#takeBlocks(sequence, this.#blocksFor(endTokens) - hits)
    this.#keyFullBlocks(sequence, endTokens)
    return tokens
  }

  /** Whether the free blocks suffice for a waiting sequence. Hit blocks that are free count as free, so they are needed too. */
  #fits(sequence: VllmSequence, endTokens: number): boolean {
    const { reserveFullIsl, maxModelLen } = this.#config
    const headroom = this.#running.length > 0 ? this.#watermarkBlocks : 0
    const spare = this.#pool.freeBlocks - headroom + this.#hitCount - this.#freeHits
    if (!reserveFullIsl) return this.#blocksFor(endTokens) <= spare
    const missing = this.#blocksFor(Math.max(endTokens, Math.min(sequence.tokens, maxModelLen))) - spare
    if (missing <= 0) return true
    this.#blocked = { sequence, untilReliefs: this.#pool.reliefs + missing }
    return false
  }

  /**
   * True when nothing has happened since it did not fit that could make it fit: each block returned and each key given makes at most
   * one block less missing. Spares looking up a long prompt in every step that it waits for.
   */
  #isStillBlocked(sequence: VllmSequence): boolean {
    const blocked = this.#blocked
    if (!blocked || blocked.sequence !== sequence) return false
    return this.#running.length > 0 && this.#pool.reliefs < blocked.untilReliefs
  }

  /** Finds the cached leading blocks. At least the last token is always computed, so a prompt is never hit in full. */
  #lookUp(sequence: VllmSequence): void {
    this.#hitCount = 0
    this.#freeHits = 0
    if (!this.#config.enablePrefixCaching) return
    const most = Math.floor((sequence.tokens - 1) / this.#config.blockSize)
    if (most > this.#hits.length) this.#hits = new Int32Array(most * 2)
    const hits = this.#hits
    const pool = this.#pool
    let count = 0
    let free = 0
    let block = 0
    for (; count < most; count += 1) {
      block = pool.find(sequence.keyOf(count), block)
      if (block === 0) break
      hits[count] = block
      if (pool.isFree(block)) free += 1
    }
    this.#hitCount = count
    this.#freeHits = free
  }

  #holdHits(sequence: VllmSequence): void {
    const count = this.#hitCount
    const { blockSize } = this.#config
    sequence.reserve(this.#blocksFor(sequence.tokens))
    for (let at = 0; at < count; at += 1) {
      const block = this.#hits[at]!
      this.#pool.touch(block)
      sequence.blocks[at] = block
    }
    sequence.blockCount = count
    sequence.keyedBlocks = count
    sequence.computed = count * blockSize
    if (sequence.cachedTokens !== undefined) return
    sequence.cachedTokens = sequence.computed
    if (!this.#config.enablePrefixCaching) return
    this.#queriedTokens += sequence.tokens
    this.#hitTokens += sequence.computed
  }

  #takeBlocks(sequence: VllmSequence, count: number): void {
    const end = sequence.blockCount + count
    if (end > sequence.blocks.length) sequence.reserve(end + 8)
    for (let at = sequence.blockCount; at < end; at += 1) sequence.blocks[at] = this.#pool.take()
    sequence.blockCount = end
  }

  /** Full blocks get their key when they are scheduled, not when they are computed: a later request of the same step can hit them. */
  #keyFullBlocks(sequence: VllmSequence, endTokens: number): void {
    if (!this.#config.enablePrefixCaching) return
    const full = Math.floor(Math.min(endTokens, sequence.tokens) / this.#config.blockSize)
    for (let at = sequence.keyedBlocks; at < full; at += 1) {
      this.#pool.giveKey(sequence.blocks[at]!, sequence.keyOf(at))
    }
    if (full > sequence.keyedBlocks) sequence.keyedBlocks = full
  }

  #blocksFor(tokens: number): number {
    return Math.ceil(tokens / this.#config.blockSize)
  }

  #end(sequence: VllmSequence): void {
    this.#pool.release(sequence.blocks, sequence.blockCount)
    sequence.blockCount = 0
    sequence.ended = true
  }

  #dropEnded(): void {
    const running = this.#running
    let kept = 0
    for (const sequence of running) {
      if (!sequence.ended) running[kept++] = sequence
    }
    running.length = kept
  }
}
