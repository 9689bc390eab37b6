import type { EngineRequest } from '../engine-request.ts'
import type { Scheduler } from './scheduler.ts'
import type { StepPlan } from './step-plan.ts'

/** Hears what an engine does step by step, as it does it. It decides nothing. */
export interface StepListener {
  /** The scheduler took a request, which had come at `queuedMs`. */
  added(request: EngineRequest, queuedMs: number): void
  /** A step was scheduled. Plan and scheduler are as they are now, and change later. */
  scheduled(step: ScheduledStep): void
}

export interface ScheduledStep {
  readonly plan: StepPlan
  readonly scheduler: Scheduler
  /** When it was scheduled. */
  readonly atMs: number
  /** It is computed from here on: later than it was scheduled where the step before it was under way. */
  readonly beginMs: number
  readonly endMs: number
}

/** Makes what hears of one engine: of `0` and so on in a fleet, of `prefill-0` and `decode-0` in one of two kinds, of none by name alone. */
export type StepListenerMaker = (engine?: string) => StepListener
