import type { SchedulerConfig } from '../engine-config.ts'
import type { EngineRequest } from '../engine-request.ts'
import type { BlockLog } from '../steps/block-log.ts'
import { Drafting, type Verifying } from '../steps/drafting.ts'
import type { CommitListener, Scheduler, SchedulerCounts } from '../steps/scheduler.ts'
import { StepPlan } from '../steps/step-plan.ts'
import { Admission } from './admission.ts'
import { Admitter } from './admitter.ts'
import { BlockPool } from './block-pool.ts'
import { BlockTables } from './block-tables.ts'
import { CachedPrefix } from './cached-prefix.ts'
import { eventlessSteps } from './eventless-steps.ts'
import { GrowthCalendar } from './growth-calendar.ts'
import { HitCount } from './hit-count.ts'
import { longestPiece, pieceOfRunning, slotsOf } from './pieces.ts'
import { PrefillDeferral } from './prefill-deferral.ts'
import { PrefixLoads } from './prefix-loads.ts'
import { PriorityQueue } from './priority-queue.ts'
import { RemotePrompts } from './remote-prompts.ts'
import { advancePlanned, bringTokens, dropEnded, placeOfLastServed } from './running-sequences.ts'
import type { StepBudget } from './step-budget.ts'
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
  readonly #admitter: Admitter
  readonly #remote: RemotePrompts
  readonly #drafting: Verifying | undefined
  readonly #deferral: PrefillDeferral

  /** `verifying`: who decides which drafts are accepted, in the place of what the configuration says of it. */
  constructor(config: SchedulerConfig, log?: BlockLog, verifying?: Verifying) {
    this.#config = config
    this.#pool = new BlockPool(config.numBlocks, log, config.evictionPolicy)
    this.#hits = new HitCount(config, this.#pool.forgotten)
    this.#cached = new CachedPrefix(this.#pool, config)
    this.#goesByPriority = config.schedulingPolicy === 'priority'
    this.#waiting = this.#goesByPriority ? new PriorityQueue() : new ArrivalQueue()
    const loads = config.kvOffload && new PrefixLoads(config.kvOffload, config.blockSize, this.#pool)
    this.#loads = loads
    this.#tables = new BlockTables(this.#pool, config, loads && ((index, key) => loads.keyed(index, key)))
    const [pool, tables, cached, hits] = [this.#pool, this.#tables, this.#cached, this.#hits]
    const [running, waiting] = [this.#running, this.#waiting]
    const admission = new Admission({ pool, tables, cached, config, running })
    const remote = new RemotePrompts({ tables, cached, hits, admission })
    this.#remote = remote
    this.#admitter = new Admitter({ config, running, waiting, tables, cached, loads, remote, hits, admission })
    this.#drafting = verifying ?? (config.speculation && new Drafting(config.speculation))
    this.#deferral = new PrefillDeferral(config.prefillScheduleInterval)
    this.#calendar = new GrowthCalendar(this.#tables, config.blockSize)
  }

  get counts(): SchedulerCounts {
    return {
      preemptions: this.#preemptions,
      ...this.#hits.tokens,
      running: this.#running.length,
      waiting: this.#waitingCount,
      ...this.#pool.counts,
      ...(this.#drafting && { speculation: this.#drafting.counts }),
    }
  }

  get #waitingCount(): number {
    return this.#waiting.length + (this.#loads?.count ?? 0) + this.#remote.size
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
    const budget = this.#budget()
    this.#scheduleRunning(plan, budget)
    // A step that had to take blocks away from somebody gives none to newcomers. Where that left nothing to compute, the next one follows at once.
    const isIdle = this.#underWay.length + plan.sequences.length === 0
    if (admits && (plan.preempted.length === 0 || isIdle)) {
      this.#admitter.admit(plan, budget)
      if (!budget.defers) this.#deferral.took(this.#waiting.length)
    }
    if (plan.sequences.length > 0) this.#deferral.planned(1, budget.hasRunningPrefill || budget.hasPrefill)
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
      // What was not known when it was scheduled is known now; the last block of whoever ends with it too.
      if ((this.#config.asyncScheduling || this.#drafting) && !isStale)
        this.#tables.keyFull(sequence, sequence.computed - sequence.pending)
      if (sequence.generated < sequence.outputLimit) {
        if (this.#drafting && !this.#config.asyncScheduling && !isStale) sequence.drafts = this.#drafting.draftTokens
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
    if (this.#loads || this.#drafting || (this.#deferral.interval > 1 && this.#waiting.length > 0)) return 0
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
    this.#deferral.planned(steps, false)
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

  #budget(): StepBudget {
    const config = this.#config
    const longest = longestPiece(config, this.#running.length + this.#waitingCount)
    const defers = this.#deferral.defers(this.#running)
    const given = { hasRunning: false, hasRunningPrefill: false, hasPrefill: false }
    return { left: config.maxNumBatchedTokens, longest, defers, ...given }
  }

  /** Gives tokens to those that run, in their order, until the budget is spent. */
  #scheduleRunning(plan: StepPlan<VllmSequence>, budget: StepBudget): void {
    const running = this.#running
    // Those before this place have been given theirs, or want none.
    for (let at = 0; at < running.length && budget.left > 0; ) {
      const sequence = running[at]!
      const tokens = this.#wantedBy(sequence, budget)
      if (tokens > 0) at = this.#findBlocks(plan, budget, at, tokens)
      if (running[at] !== sequence) {
        // By priority, whoever had to go was the last to be served, and those behind may have room now.
        if (this.#goesByPriority) continue
        return
      }
      at += 1
      if (tokens <= 0) continue
      const drafts = tokens + sequence.computed - sequence.tokens
      if (drafts > 0) plan.addVerified(sequence, drafts)
      else plan.add(sequence, tokens, false)
      sequence.drafts = 0
      budget.left -= tokens
      budget.hasRunning = true
      budget.hasRunningPrefill ||= sequence.isPrefill
    }
  }

  #wantedBy(sequence: VllmSequence, budget: StepBudget): number {
    if ((this.#config.asyncScheduling && sequence.isEnding) || (budget.defers && sequence.isPrefill)) return 0
    return pieceOfRunning(sequence, budget, this.#config)
  }

  /**
   * Finds blocks for the tokens of the running sequence at a place, at the cost of those served last if need be; where it stands then. Somebody else stands
   * there when the sequence itself had to go.
   */
  #findBlocks(plan: StepPlan<VllmSequence>, budget: StepBudget, at: number, tokens: number): number {
    const running = this.#running
    const sequence = running[at]!
    const slots = slotsOf(sequence.computed + tokens, this.#config)
    const blocksNeeded = this.#tables.blocksFor(slots) - sequence.blockCount
    let place = at
    while (blocksNeeded > this.#pool.freeBlocks) {
      const victimAt = placeOfLastServed(running, this.#goesByPriority)
      const victim = running[victimAt]!
      running.splice(victimAt, 1)
      budget.left += plan.takeBack(victim)
      this.#preempt(plan, victim)
      if (victim === sequence) return place
      if (victimAt < place) place -= 1
    }
    if (blocksNeeded > 0) this.#tables.take(sequence, blocksNeeded)
    this.#tables.keyFull(sequence, sequence.computed + tokens)
    return place
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

  #end(sequence: VllmSequence): void {
    this.#cached.remember(sequence)
    // Whoever fetches what it has computed lets go of it then.
    if (!sequence.request.keepsBlocks || sequence.generated < sequence.outputLimit) this.#tables.release(sequence)
    sequence.ended = true
  }
}
