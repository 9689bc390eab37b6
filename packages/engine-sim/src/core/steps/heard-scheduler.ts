import type { EngineRequest } from '../engine-request.ts'
import type { StepListener } from '../step-listener.ts'
import type { StepDuration } from '../step-time/step-work.ts'
import type { CommitListener, Scheduler, SchedulerCounts } from './scheduler.ts'
import type { Sequence } from './sequence.ts'
import { spanOf } from './span-of.ts'
import type { StepPlan } from './step-plan.ts'

/** A scheduler, call by call, of which somebody hears. Its steps are never taken several at a time: each is heard. */
export class HeardScheduler implements Scheduler {
  readonly #scheduler: Scheduler
  readonly #stepMs: StepDuration
  readonly #listener: StepListener
  #lastEndMs = Number.NEGATIVE_INFINITY

  constructor(scheduler: Scheduler, stepMs: StepDuration, listener: StepListener) {
    this.#scheduler = scheduler
    this.#stepMs = stepMs
    this.#listener = listener
  }

  get counts(): SchedulerCounts {
    return this.#scheduler.counts
  }

  get readyMs(): number | undefined {
    return this.#scheduler.readyMs
  }

  add(request: EngineRequest, queuedMs = 0): Sequence {
    this.#listener.added(request, queuedMs)
    return this.#scheduler.add(request, queuedMs)
  }

  abort(sequence: Sequence): void {
    this.#scheduler.abort(sequence)
  }

  receive(sequence: Sequence): void {
    this.#scheduler.receive?.(sequence)
  }

  letGo(sequence: Sequence): void {
    this.#scheduler.letGo?.(sequence)
  }

  schedule(atMs: number, admits?: boolean): StepPlan {
    const plan = this.#scheduler.schedule(atMs, admits)
    if (plan.sequences.length === 0) return plan
    const { beginMs, endMs } = spanOf(plan, Math.max(atMs, this.#lastEndMs), this.#stepMs)
    this.#lastEndMs = endMs
    this.#listener.scheduled({ plan, scheduler: this.#scheduler, atMs, beginMs, endMs })
    return plan
  }

  requeueRunning(): void {
    this.#scheduler.requeueRunning?.()
  }

  commit(listener: CommitListener): void {
    this.#scheduler.commit(listener)
  }

  eventlessSteps(): number {
    return 0
  }

  decodeAhead(steps: number): void {
    this.#scheduler.decodeAhead(steps)
  }

  resetPrefixCache(): void {
    this.#scheduler.resetPrefixCache()
  }
}
