import type { Corpus } from '@reprise/trace'
import type { Clock } from '../clock/clock.ts'
import type { Plan } from '../plan/plan.ts'
import type { Shard } from '../plan/shard.ts'
import type { Target } from '../port/target.ts'
import type { PhaseSpan } from '../record/phase-span.ts'
import type { RequestRecord } from '../record/request-record.ts'
import type { RunEnd, StopCause } from '../record/run-end.ts'
import type { Progress } from './progress.ts'

export interface ReplayOptions {
  readonly plan: Plan
  /** The corpus that the plan was made from. */
  readonly corpus: Corpus
  readonly clock: Clock
  readonly target: Target
  /** Is told each record when its request has ended; records come in the order of their ends. Nothing is kept here. */
  readonly onRecord: (record: RequestRecord) => void
  /** Is told when a phase begins, and again with `endMs` when it ends. */
  readonly onPhase?: (phase: PhaseSpan) => void
  /**
   * Asked after each record. A cause, or that it is `enough`, ends the run as the end of its window would: nothing more is sent, and what is
   * in flight may end.
   */
  readonly shouldStop?: (counts: RecordCounts, record: RequestRecord) => StopCause | 'enough' | undefined
  /** Aborting ends the run as the end of its window would: nothing more is sent, and what is in flight may end. */
  readonly interrupt?: AbortSignal
  /** Aborting stops sending at once and cancels what is in flight. */
  readonly signal?: AbortSignal
  /** Keep every chunk's arrival in the records; default false. */
  readonly keepChunkGaps?: boolean
  /** Number of the run's start: 1, and one more with every resume; default 1. */
  readonly attempt?: number
  /** Where earlier attempts left the run; it goes on there. Default: it begins. */
  readonly resume?: Progress
  /** The part of the plan that is sent; others send the rest. Default: all of it. */
  readonly shard?: Shard
  /** When it begins. Default: at once, and profiling when warm-up is over. */
  readonly appointment?: Appointment
}

/** Instants, on the clock, that everybody who sends a part of a plan keeps to: nobody asks the others how far they are. */
export interface Appointment {
  readonly startMs: number
  /** Profiling begins, a warm-up and the pause after it being over; one that is not is given up. Absent: when they are over. */
  readonly profilingMs?: number
}

/** Records of a run by outcome, warm-up included. */
export interface RecordCounts {
  readonly requests: number
  readonly ok: number
  readonly failed: number
  readonly truncated: number
  readonly cancelled: number
}

/** Session trees of a run. */
export interface PlayCounts {
  readonly started: number
  /** Every turn of the tree was sent. */
  readonly completed: number
  /** A turn did not fit the context, and what waited for it was not sent. */
  readonly truncated: number
  /** The run ended first. */
  readonly cut: number
}

export interface ReplaySummary {
  readonly ended: RunEnd
  /** Only of a run that was stopped. */
  readonly stoppedBy?: StopCause
  readonly phases: readonly PhaseSpan[]
  readonly counts: RecordCounts
  readonly plays: PlayCounts
}
