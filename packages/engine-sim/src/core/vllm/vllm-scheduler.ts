import type { SchedulerConfig } from '../engine-config.ts'
import type { EngineRequest } from '../engine-request.ts'
import type { BlockLog } from '../steps/block-log.ts'
import { Drafting } from '../steps/drafting.ts'
import type { CommitListener, Scheduler, SchedulerCounts } from '../steps/scheduler.ts'
import { StepPlan } from '../steps/step-plan.ts'
import { Admission } from './admission.ts'
import { BlockPool } from './block-pool.ts'
import { BlockTables } from './block-tables.ts'
import { CachedPrefix } from './cached-prefix.ts'
import { eventlessSteps } from './eventless-steps.ts'
import { GrowthCalendar } from './growth-calendar.ts'
import { HitCount } from './hit-count.ts'
import { PrefillDeferral } from './prefill-deferral.ts'
import { PrefixLoads } from './prefix-loads.ts'
import { PriorityQueue } from './priority-queue.ts'
import { RemotePrompts } from './remote-prompts.ts'
import {
  advancePlanned,
  bringTokens,
  dropEnded,
  pieceOf,
  pieceOfRunning,
  slotsOf,
  takeLastServed,
} from './running-sequences.ts'
import { VllmSequence } from './vllm-sequence.ts'
import { ArrivalQueue, type WaitingQueue } from './waiting-queue.ts'

/**
 * vLLM V1's scheduler.
 *
 * There is no prefill phase and no decode phase: every step moves each sequence's computed tokens towards its tokens. Source: the rules of
 * vLLM 0.32's and 0.33's V1 scheduler, checked step by step against its logs in `../../check`.
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
  readonly #hits: HitCount
  /** Scheduled and not committed, the oldest first. */
  readonly #underWay: StepPlan<VllmSequence>[] = []
  /** Plans that may be used again. */
  readonly #spare: StepPlan<VllmSequence>[] = []
  #serial = 0
  readonly #tables: BlockTables
  readonly #cached: CachedPrefix
  /** Absent where nothing is behind the device's cache. */
  readonly #loads: PrefixLoads | undefined
  readonly #calendar: GrowthCalendar
  readonly #admission: Admission
  readonly #remote: RemotePrompts
  readonly #drafting: Drafting | undefined
  readonly #deferral = new PrefillDeferral()

  constructor(config: SchedulerConfig, log?: BlockLog) {
    this.#config = config
    this.#pool = new BlockPool(config.numBlocks, log, config.evictionPolicy)
    this.#hits = new HitCount(config, this.#pool.forgotten)
    this.#cached = new CachedPrefix(this.#pool, config)
    this.#goesByPriority = config.schedulingPolicy === 'priority'
    this.#waiting = this.#goesByPriority ? new PriorityQueue() : new ArrivalQueue()
    const loads = config.kvOffload && new PrefixLoads(config.kvOffload, config.blockSize, this.#pool)
    this.#loads = loads
    this.#tables = new BlockTables(this.#pool, config, loads && ((index, key) => loads.keyed(index, key)))
    const [pool, tables, cached] = [this.#pool, this.#tables, this.#cached]
    this.#admission = new Admission({ pool, tables, cached, config, running: this.#running })
    this.#remote = new RemotePrompts({ tables, cached, hits: this.#hits, admission: this.#admission })
    this.#drafting = config.speculation && new Drafting(config.speculation)
    this.#calendar = new GrowthCalendar(this.#tables, config.blockSize)
  }

  get counts(): SchedulerCounts {
    return {
      preemptions: this.#preemptions,
      ...this.#hits.tokens,
      running: this.#running.length,
      waiting: this.#waiting.length + (this.#loads?.count ?? 0) + this.#remote.size,
      ...this.#pool.counts,
      ...(this.#drafting && { speculation: this.#drafting.counts }),
    }
  }

  add(request: EngineRequest): VllmSequence {
    this.#serial += 1
    const sequence = new VllmSequence(request, this.#serial, this.#config.maxModelLen)
    this.#waiting.append(sequence)
    return sequence
  }

  abort(sequence: VllmSequence): void {
    if (sequence.ended || this.#loads?.abort(sequence)) return
    const runningAt = this.#running.indexOf(sequence)
    if (runningAt >= 0) this.#running.splice(runningAt, 1)
    else if (!this.#remote.forget(sequence)) this.#waiting.remove(sequence)
    this.#end(sequence)
  }

  receive(sequence: VllmSequence): void {
    this.#remote.arrive(sequence)
  }

  letGo(sequence: VllmSequence): void {
    this.#tables.release(sequence)
  }

  get readyMs(): number | undefined {
    return this.#loads?.nextMs
  }

  schedule(nowMs = 0, admits = true): StepPlan<VllmSequence> {
    this.#loads?.advance(nowMs)
    const plan = this.#spare.pop() ?? new StepPlan<VllmSequence>()
    plan.clear()
    const defers = this.#deferral.defers(this.#running)
    const budget = this.#scheduleRunning(plan, defers)
    // A step that had to take blocks away from somebody gives none to newcomers. Where that left nothing to compute, the next one follows at once.
    const isIdle = this.#underWay.length + plan.sequences.length === 0
    if (admits && !defers && (plan.preempted.length === 0 || isIdle)) {
      this.#admitWaiting(plan, budget)
      this.#deferral.took(this.#waiting.length)
    }
    advancePlanned(plan, this.#config.asyncScheduling ? (this.#drafting?.draftTokens ?? 0) : 0)
    if (plan.sequences.length > 0) this.#underWay.push(plan)
    else this.#spare.push(plan)
    return plan
  }

  commit(listener: CommitListener): void {
    const plan = this.#underWay.shift()
    if (!plan) return
    this.#spare.push(plan)
    const { sequences } = plan
    let someEnded = false
    for (let at = 0; at < sequences.length; at += 1) {
      const sequence = sequences[at]!
      if (sequence.ended) continue
      const isStale = sequence.stale > 0
      const brought = bringTokens(plan, at, this.#drafting)
      if (brought === 0) continue
      if (sequence.generated < sequence.outputLimit) {
        if (this.#config.asyncScheduling) this.#tables.keyFull(sequence, sequence.computed - sequence.pending)
        else if (this.#drafting && !isStale) sequence.drafts = this.#drafting.draftTokens
        listener.tokens(sequence, brought)
        continue
      }
      if (isStale) this.#waiting.remove(sequence)
      this.#end(sequence)
      someEnded = true
      listener.tokens(sequence, brought)
      listener.finished(sequence)
    }
    if (someEnded) dropEnded(this.#running)
  }

  eventlessSteps(): number {
    if (this.#loads || this.#drafting) return 0
    const [{ freeBlocks }, { blockSize }] = [this.#pool, this.#config]
    return eventlessSteps(this.#underWay, { running: this.#running, freeBlocks, blockSize })
  }

  decodeAhead(steps: number): void {
    const running = this.#running
    this.#calendar.run(running, steps)
    for (const sequence of running) {
      sequence.generated += steps
      sequence.computed += steps
    }
    for (const plan of this.#underWay) plan.moveOn(steps)
  }

  throttlePrefills(throttles: boolean): void {
    this.#deferral.isTold = throttles
  }

  resetPrefixCache(): void {
    this.#pool.forgetContents()
  }

  requeueRunning(): void {
    for (let last = this.#running.pop(); last; last = this.#running.pop()) this.#requeue(last)
  }

  /** Gives tokens to those that run, in their order, until the budget is spent; what is left of it. */
  #scheduleRunning(plan: StepPlan<VllmSequence>, defers: boolean): number {
    const running = this.#running
    const { maxNumBatchedTokens, asyncScheduling } = this.#config
    for (let passed = 0; ; ) {
      const budget = maxNumBatchedTokens - plan.prefillTokens - plan.decodes - plan.draftTokens
      // Those before it have been given theirs, or want none, or have lost their blocks.
      const sequence = running[plan.sequences.length + passed]
      if (!sequence || budget <= 0) return budget
      const tokens = pieceOfRunning(sequence, budget, this.#config)
      const drafts = tokens + sequence.computed - sequence.tokens
      if (tokens <= 0 || (asyncScheduling && sequence.isEnding) || (defers && sequence.isPrefill)) passed += 1
      else if (this.#growOrPreempt(plan, sequence, tokens)) {
        if (drafts > 0) plan.addVerified(sequence, drafts)
        else plan.add(sequence, tokens, false)
      }
      // By priority, whoever had to go was the last to be served, and those behind may have room now.
      else if (!this.#goesByPriority) return budget
      sequence.drafts = 0
    }
  }

  /** Finds blocks for the tokens, at the cost of those served last if need be. False when the sequence itself had to go. */
  #growOrPreempt(plan: StepPlan<VllmSequence>, sequence: VllmSequence, tokens: number): boolean {
    const slots = slotsOf(sequence.computed + tokens, this.#config)
    const blocksNeeded = this.#tables.blocksFor(slots) - sequence.blockCount
    while (blocksNeeded > this.#pool.freeBlocks) {
      const victim = takeLastServed(this.#running, plan, this.#goesByPriority)
      this.#preempt(plan, victim)
      if (victim === sequence) return false
    }
    if (blocksNeeded > 0) this.#tables.take(sequence, blocksNeeded)
    this.#tables.keyFull(sequence, sequence.computed + tokens)
    return true
  }

  #preempt(plan: StepPlan<VllmSequence>, sequence: VllmSequence): void {
    const { computed, generated } = sequence
    plan.preempted.push({ sequence, computed, generated, freeBlocks: this.#pool.freeBlocks })
    this.#requeue(sequence, this.#underWay.filter(({ sequences }) => sequences.includes(sequence)).length)
  }

  #requeue(sequence: VllmSequence, stale = 0): void {
    this.#tables.release(sequence)
    sequence.restart(stale)
    this.#preemptions += 1
    this.#waiting.prepend(sequence)
  }

  /** Admits from the head of the queue as long as it fits; the first that does not fit keeps all behind it waiting. */
  #admitWaiting(plan: StepPlan<VllmSequence>, runningBudget: number): void {
    let budget = runningBudget
    while (budget > 0 && this.#running.length < this.#config.maxNumSeqs) {
      const queue = this.#remote.head ? this.#remote : this.#loads?.head ? this.#loads : this.#waiting
      const sequence = queue.head
      if (!sequence || (queue === this.#waiting && this.#admission.isStillBlocked(sequence))) return
      const tokens = queue === this.#waiting ? this.#admit(sequence, budget) : this.#admitHolder(sequence, budget)
      if (tokens === 0) return
      queue.removeHead()
      if (tokens === 'expects') plan.reserved.push(sequence)
      if (tokens === 'expects' || tokens === 'loads') continue
      this.#running.push(sequence)
      plan.add(sequence, tokens, sequence.preemptions === 0)
      plan.admitted += 1
      budget -= tokens
    }
  }

  /** As `#admit`, of one that holds what was loaded for it, or sent to it. */
  #admitHolder(sequence: VllmSequence, budget: number): number {
    const tokens = pieceOf(sequence.tokens - sequence.computed, budget, this.#config)
    const missing = this.#tables.blocksFor(sequence.tokens) - sequence.blockCount
    if (tokens === 0 || missing > this.#pool.freeBlocks) return 0
    this.#hits.count(sequence)
    const endTokens = sequence.computed + tokens
    this.#tables.take(sequence, this.#tables.blocksFor(endTokens) - sequence.blockCount)
    this.#tables.keyFull(sequence, endTokens)
    return tokens
  }

  /** Tokens given to a waiting sequence in this step, its blocks allocated; 0 when it does not fit, `loads` or `expects` when it waits for what it has blocks for. */
  #admit(sequence: VllmSequence, budget: number): number | 'loads' | 'expects' {
    if (sequence.isRemote) return this.#remote.reserve(sequence) ? 'expects' : 0
    const { blockSize } = this.#config
    this.#cached.find(sequence)
    const hits = this.#cached.count
    const behind = this.#loads?.find(sequence, hits)
    if (behind) {
      if (!this.#admission.fits(sequence, behind.endBlock * blockSize, this.#loads!.owedBlocks)) return 0
      this.#cached.give(sequence)
      this.#tables.take(sequence, behind.endBlock - hits)
      this.#loads!.begin(sequence, behind)
      return 'loads'
    }
    const tokens = pieceOf(sequence.tokens - hits * blockSize, budget, this.#config)
    if (tokens === 0) return 0
    const endTokens = hits * blockSize + tokens
    if (!this.#admission.fits(sequence, endTokens)) return 0
    this.#cached.give(sequence)
    this.#hits.count(sequence)
    this.#tables.take(sequence, this.#tables.blocksFor(endTokens) - hits)
    this.#tables.keyFull(sequence, endTokens)
    return tokens
  }

  #end(sequence: VllmSequence): void {
    this.#cached.remember(sequence)
    // Whoever fetches what it has computed lets go of it then.
    if (!sequence.request.keepsBlocks || sequence.generated < sequence.outputLimit) this.#tables.release(sequence)
    sequence.ended = true
  }
}
