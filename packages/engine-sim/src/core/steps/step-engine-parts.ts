import type { StepDuration } from '../step-time/step-work.ts'
import type { BlockLog } from './block-log.ts'
import type { Scheduler } from './scheduler.ts'
import type { StepPlan } from './step-plan.ts'

/** What an engine of steps is made of. */
export interface StepEngineParts {
  readonly scheduler: Scheduler
  readonly stepMs: StepDuration
  readonly maxModelLen: number
  /** A step is scheduled while the one before it is computed. Default false. */
  readonly overlaps?: boolean
  /** Where the scheduler writes down what becomes of its blocks. */
  readonly blockLog?: BlockLog
}

/** A step that is computed, or waits for the one before it. */
export interface Step {
  readonly plan: StepPlan
  readonly endMs: number
  /** What became of blocks since the step before it was scheduled. */
  readonly blocks: readonly number[] | undefined
}
