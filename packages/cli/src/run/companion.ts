import type { PhaseSpan, Plan, RequestRecord, RunEnd, Shard, Target } from '@reprise/replay-engine'
import type { Clock } from '@reprise/replay-engine/clock'
import type { ClientHealth, EngineModel, Precision } from '@reprise/result-aggregator/run'

/**
 * Goes along with a run and sees what it does: the display, the health of the client, a trace. It changes nothing of what is sent.
 *
 * Companions are started in their order and told each phase and record in it, always after the journal; they are stopped the other way
 * round, so that the one that was started last sees the least of the others' ends.
 */
export interface Companion {
  /** Once, when the folder is the run's and nothing has been sent. What throws here keeps the run from beginning. */
  start?(run: CompanionRun): void | Promise<void>
  /** The target with what this one wants to see of every request on its way; asked once, when all have been started. */
  watched?(target: Target): Target
  /** When a phase begins, and once more with its end. */
  phase?(span: PhaseSpan): void
  record?(record: RequestRecord): void
  /** Once after the last request has ended, however the run ended, if it was started; gives what is to stand in the run's header. */
  stop(end: CompanionEnd): CompanionNotes | undefined | Promise<CompanionNotes | undefined>
}

/** The run that a companion goes along with. */
export interface CompanionRun {
  readonly plan: Plan
  readonly clock: Clock
  readonly folder: string
  /** Where it goes on: the number of this attempt, and what was profiled before it. */
  readonly resumed?: { readonly attempt: number; readonly profiledMs: number }
  /** Which part of the plan is sent; absent: all of it. */
  readonly shard?: Shard
}

/** How it ended; `failed` where a bug of ours, or a companion that could not start, cut it off. */
export type CompanionEnd = RunEnd | 'failed'

/** What a companion adds to the end of a run; where two say the same, the one that was started first is heard. */
export interface CompanionNotes {
  readonly clientHealth?: ClientHealth
  readonly precision?: Precision
  readonly engineModel?: EngineModel
}
