import type { Engine, EngineCounts, EngineOptions, Hold } from '../engine.ts'
import type { EngineListener, EngineRequest } from '../engine-request.ts'
import type { StepDuration } from '../step-time/step-work.ts'
import type { BlockLog } from './block-log.ts'
import { DecodeHorizon, fewestAhead } from './decode-horizon.ts'
import { Holding } from './holding.ts'
import { type Arrival, type Live, liveAt, splitDue } from './live-request.ts'
import type { Sequence } from './sequence.ts'
import { spanOf } from './span-of.ts'
import type { Step, StepEngineParts } from './step-engine-parts.ts'
import { Tally } from './tally.ts'
import { ToldRequests } from './told-requests.ts'

/**
 * The engine that a scheduler and the duration of its steps make.
 *
 * Steps follow one another without a gap while there is work. Requests and aborts take effect at the first step boundary after them:
 * what comes at the very instant of a boundary is part of the step after the one that begins there, unless a `beforeStep` asks for it. An idle
 * engine begins at once. Where steps overlap, each is scheduled a step ahead: at the end of the one before the one before it.
 */
export class StepEngine implements Engine {
  readonly #scheduler: StepEngineParts['scheduler']
  readonly #stepMs: StepDuration
  readonly #maxModelLen: number
  readonly #listener: EngineListener
  readonly #fastForward: boolean
  readonly #blockLog: BlockLog | undefined
  readonly #tellBlocks: (keys: readonly number[], atMs: number) => void
  readonly #beforeStep: EngineOptions['beforeStep']
  readonly #requests: ToldRequests
  #arrivals: Arrival[] = []
  /** Steps that are scheduled and not over, the first to end first. */
  readonly #underWay: Step[] = []
  readonly #mostUnderWay: number
  readonly #horizon: DecodeHorizon
  readonly #commitListener = {
    tokens: (sequence: Sequence, count: number) => this.#requests.tokens(sequence, count, this.#stepEndMs),
    finished: (sequence: Sequence) => this.#requests.finished(sequence, this.#stepEndMs),
  }
  /** End of the step that was committed last, or is being. */
  #stepEndMs = 0
  /** End of the step that was scheduled last. */
  #lastEndMs = 0
  #wakeMs: number | undefined
  readonly #tally: Tally
  readonly #holding = new Holding()

  constructor(parts: StepEngineParts, listener: EngineListener, options: EngineOptions = {}) {
    this.#scheduler = parts.scheduler
    this.#stepMs = parts.stepMs
    this.#maxModelLen = parts.maxModelLen
    this.#listener = listener
    this.#fastForward = options.fastForward ?? false
    this.#blockLog = parts.blockLog
    this.#tellBlocks = options.blocks ?? (() => {})
    this.#beforeStep = options.beforeStep
    this.#mostUnderWay = parts.overlaps ? 2 : 1
    this.#horizon = new DecodeHorizon(parts.stepMs)
    const { scheduler } = parts
    this.#tally = new Tally(scheduler.rankOf && ((sequence) => scheduler.rankOf?.(sequence)))
    this.#requests = new ToldRequests({ scheduler, listener, tally: this.#tally, fastForward: this.#fastForward })
  }

  get wakeMs(): number | undefined {
    return this.#wakeMs
  }

  get counts(): EngineCounts {
    const counts = this.#tally.countsWith(this.#scheduler.counts)
    const submitted = this.#arrivals.filter(({ kind }) => kind === 'submit').length
    return { ...counts, waiting: counts.waiting + submitted }
  }

  submit(request: EngineRequest, nowMs: number): void {
    const live = liveAt(request, nowMs, this.#maxModelLen)
    this.#requests.add(live)
    this.#arrive({ kind: 'submit', atMs: nowMs, live }, nowMs)
  }

  abort(id: string, nowMs: number): boolean {
    const live = this.#requests.drop(id)
    if (!live) return false
    this.#arrive({ kind: 'abort', atMs: nowMs, live }, nowMs)
    return true
  }

  receive(id: string, nowMs: number): void {
    this.#arriveFor('receive', this.#requests.of(id), nowMs)
  }

  letGo(id: string, nowMs: number): void {
    this.#arriveFor('letGo', this.#requests.takeKept(id), nowMs)
  }

  advance(nowMs: number): void {
    this.#decodeAhead(nowMs)
    this.#passAll((atMs) => atMs <= nowMs)
  }

  catchUp(nowMs: number): void {
    this.#decodeAhead(nowMs)
    this.#passAll((atMs) => atMs < nowMs)
  }

  #passAll(isDue: (atMs: number) => boolean): void {
    // Steps that end before the engine wants to be called have nothing to see, and leave that instant where it is.
    let isSame = true
    const next = () => this.#underWay[0]?.endMs ?? this.#idleEndMs
    for (let atMs = next(); atMs !== undefined && isDue(atMs); atMs = next()) {
      const beginMs = atMs
      isSame &&= atMs < (this.#wakeMs ?? atMs)
      if (this.#underWay.length > 0) this.#endStep()
      else {
        this.#takeArrivals((arrivalMs) => arrivalMs <= beginMs)
        this.#beginSteps(beginMs)
      }
    }
    // What it waits for may come later than it did: others use the same storage.
    if (!isSame || isDue(this.#wakeMs ?? Number.POSITIVE_INFINITY)) this.#setWake()
  }

  generated(nowMs: number): ReadonlyMap<string, number> {
    this.#passSteps(nowMs)
    this.#setWake()
    return this.#requests.generated
  }

  resetPrefixCache(): boolean {
    if (this.counts.running + this.counts.waiting > 0) return false
    this.#forget(this.#stepEndMs)
    return true
  }

  hold(hold: Hold, nowMs: number): void {
    this.#arrive({ kind: 'hold', atMs: nowMs, hold }, nowMs)
  }

  release(nowMs: number): void {
    this.#arrive({ kind: 'hold', atMs: nowMs, hold: undefined }, nowMs)
  }

  #arriveFor(kind: 'receive' | 'letGo', live: Live | undefined, nowMs: number): void {
    if (live) this.#arrive({ kind, atMs: nowMs, live }, nowMs)
  }

  #arrive(arrival: Arrival, nowMs: number): void {
    // The step in progress is the last that goes on without the newcomer.
    this.#passSteps(nowMs)
    this.#arrivals.push(arrival)
    this.#setWake()
  }

  /** Fast-forwarded steps that lie before this instant are past. */
  #passSteps(nowMs: number): void {
    if (!this.#fastForward) return
    this.#decodeAhead(nowMs)
    while (this.#underWay.length > 0 && this.#underWay[0]!.endMs < nowMs) this.#endStep()
  }

  /** Ends the decode steps before this instant at which nothing is to be seen, all at once where they are several. */
  #decodeAhead(nowMs: number): void {
    const underWay = this.#underWay
    const first = underWay[0]
    if (!this.#fastForward || !first || first.endMs >= nowMs || this.#arrivals.length > 0) return
    if (underWay.length < this.#mostUnderWay || (this.#blockLog && this.#mostUnderWay > 1)) return
    const most = this.#scheduler.eventlessSteps() - (underWay.length - 1)
    if (most < fewestAhead) return
    const horizon = this.#horizon
    horizon.begin(underWay)
    const steps = horizon.stepsBefore(nowMs, most)
    if (steps < fewestAhead) return
    const endedMs = horizon.endMs(steps - 1)
    if (this.#blockLog) this.#tellAhead(first, endedMs, steps)
    else this.#scheduler.decodeAhead(steps)
    this.#tally.decoded(steps, first.plan)
    this.#stepEndMs = endedMs
    horizon.pass(steps)
    for (let at = 0; at < underWay.length; at += 1) underWay[at] = { ...underWay[at]!, endMs: horizon.endMs(at) }
    this.#lastEndMs = horizon.endMs(underWay.length - 1)
  }

  /** As many steps, and what they did to blocks; that of the step which is under way then is told at its end. */
  #tellAhead(first: Step, endedMs: number, steps: number): void {
    if (first.blocks) this.#tellBlocks(first.blocks, first.endMs)
    this.#scheduler.decodeAhead(steps - 1)
    const changed = this.#blockLog?.take()
    if (changed) this.#tellBlocks(changed, endedMs)
    this.#scheduler.decodeAhead(1)
    this.#underWay[0] = { ...first, blocks: this.#blockLog?.take() }
  }

  #endStep(): void {
    const { plan, endMs: atMs, blocks } = this.#underWay.shift()!
    this.#horizon.forget()
    this.#stepEndMs = atMs
    this.#tally.stepEnded()
    if (blocks) this.#tellBlocks(blocks, atMs)
    this.#scheduler.commit(this.#commitListener)
    this.#requests.computed(plan, atMs)
    this.#tellBrought(atMs)
    const kept = this.#blockLog?.take()
    if (kept) this.#tellBlocks(kept, atMs)
    if (this.#underWay.length > 0) this.#requests.found(this.#underWay[0]!.plan, atMs)
    const beforeStep = this.#beforeStep
    beforeStep?.(atMs)
    if (this.#arrivals.length > 0) this.#takeArrivals((met) => (beforeStep ? met <= atMs : met < atMs))
    this.#beginSteps(atMs)
  }

  /** When an engine in which no step is under way goes on: with an arrival, or with what has been loaded. */
  get #idleEndMs(): number | undefined {
    const arrivalMs = this.#arrivals[0]?.atMs
    const readyMs = this.#holding.isStopped ? undefined : this.#scheduler.readyMs
    return readyMs === undefined || (arrivalMs !== undefined && arrivalMs < readyMs) ? arrivalMs : readyMs
  }

  #beginSteps(atMs: number): void {
    if (!this.#holding.admits) this.#keepHold(atMs)
    while (!this.#holding.isStopped && this.#underWay.length < this.#mostUnderWay) {
      const plan = this.#scheduler.schedule(atMs, this.#holding.admits)
      this.#requests.handed(plan, atMs)
      if (plan.handed.length > 0) this.#tellBrought(atMs)
      if (plan.sequences.length === 0) return
      const { beginMs, endMs } = spanOf(plan, Math.max(atMs, this.#lastEndMs), this.#stepMs)
      this.#lastEndMs = endMs
      if (plan.admitted > 0) this.#requests.begun(plan, beginMs)
      if (this.#underWay.length === 0) this.#requests.found(plan, atMs)
      this.#underWay.push({ plan, endMs, blocks: this.#blockLog?.take() })
      this.#horizon.forget()
    }
  }

  #tellBrought(atMs: number): void {
    const { step } = this.#listener
    if (step) for (const [rank, tokens] of this.#tally.takeBrought()) step(tokens, atMs, rank)
  }

  #keepHold(atMs: number): void {
    const hold = this.#underWay.length > 0 ? undefined : this.#holding.takesEffect(this.#scheduler.counts.running)
    if (hold && hold.loses !== 'nothing') this.#scheduler.requeueRunning?.()
    if (hold?.loses === 'all') this.#forget(atMs)
    if (hold) this.#listener.held?.(atMs)
  }

  #forget(atMs: number): void {
    if (this.#scheduler.counts.usedBlocks === 0) this.#scheduler.resetPrefixCache()
    const forgotten = this.#blockLog?.take()
    if (forgotten) this.#tellBlocks(forgotten, atMs)
  }

  #takeArrivals(isDue: (atMs: number) => boolean): void {
    const { due, rest } = splitDue(this.#arrivals, isDue)
    this.#arrivals = rest
    for (const arrival of due) {
      if (arrival.kind === 'hold') this.#holding.set(arrival.hold)
      else if (arrival.kind === 'submit') {
        const { live } = arrival
        this.#requests.placed(live, this.#scheduler.add(live.request, live.queuedMs))
      } else if (arrival.live.sequence) {
        const { sequence } = arrival.live
        if (arrival.kind === 'abort') this.#requests.aborted(sequence)
        this.#scheduler[arrival.kind]?.(sequence)
      }
    }
  }

  #setWake(): void {
    const step = this.#underWay[0]
    if (!step) this.#wakeMs = this.#idleEndMs
    else if (!this.#fastForward || this.#arrivals.length > 0) this.#wakeMs = step.endMs
    else this.#wakeMs = this.#nextEventMs
  }

  /** End of the first step after which a caller may see something. */
  get #nextEventMs(): number {
    const underWay = this.#underWay
    const eventless = this.#scheduler.eventlessSteps()
    const known = underWay[eventless] ?? (underWay.length < this.#mostUnderWay && underWay[0])
    if (known) return known.endMs
    this.#horizon.begin(underWay)
    return this.#horizon.endMs(eventless)
  }
}
