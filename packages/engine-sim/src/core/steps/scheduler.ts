import type { EngineRequest } from '../engine-request.ts'
import type { ScheduledCounts } from '../sum-of-counts.ts'
import type { Sequence } from './sequence.ts'
import type { StepPlan } from './step-plan.ts'

/**
 * What each step of an engine computes, under a token budget and a number of KV blocks.
 *
 * `schedule()` and `commit()` alternate; sequences are added and aborted between a commit and the next schedule. It decides nothing by the time but what has been loaded.
 */
export interface Scheduler {
  readonly counts: SchedulerCounts
  /** When to schedule again though no step ends and nothing comes: something may have been loaded. Absent: never. */
  readonly readyMs?: number | undefined
  /** The next steps may see something that has come, and are not to be taken several at a time. Absent: never. */
  readonly isWatching?: boolean
  /** Puts a request at the end of the waiting queue. `queuedMs`, when it came to the engine, decides nothing. */
  add(request: EngineRequest, queuedMs?: number): Sequence
  /** The rank that a sequence is on, from 0 on; undefined when it has ended. Absent: there is one. */
  rankOf?(sequence: Sequence): number | undefined
  /** Takes a sequence out, wherever it is, and frees its blocks, at once or with the next step that it is part of; no listener hears of it. Nothing happens when it has ended. */
  abort(sequence: Sequence): void
  /** What a sequence waits for from another engine is here: what that computed for it, or the word that it has room. Absent: the scheduler does not know of other engines. */
  receive?(sequence: Sequence): void
  /** A sequence that has ended lets go of the blocks that it kept. */
  letGo?(sequence: Sequence): void
  /**
   * Plans the next step and allocates its blocks. The plan is empty when nothing can run; it holds until the next call. `nowMs`, which never
   * falls, matters to transfers alone. Unless it `admits`, as it does by default, those that wait go on waiting.
   */
  schedule(nowMs: number, admits?: boolean): StepPlan
  /** The planned step has been computed: advances its sequences and frees those that have ended. */
  commit(listener: CommitListener): void
  /**
   * How many steps after the first of those under way are certain to be the same decode step, each one token longer, with nothing to see
   * before the last of them ends: no first token, no end, nobody admitted, nobody preempted. A lower bound; 0 where not all that are under
   * way are pure decodes.
   */
  eventlessSteps(): number
  /**
   * Does as so many calls of `commit`, each followed by one of `schedule`, and tells nobody: of eventless steps only, those that it
   * schedules included.
   */
  decodeAhead(steps: number): void
  /** Whether the next steps leave prompts alone while somebody decodes. Absent: the scheduler never does. */
  throttlePrefills?(throttles: boolean): void
  /** Forgets the content of every block; whoever calls sees to it that no sequence holds one. */
  resetPrefixCache(): void
  /** Takes their blocks from those that run, which wait again, before the others; called while no step is under way. Absent: they keep them. */
  requeueRunning?(): void
}

/** The part of an engine's counts that its scheduler keeps. */
export interface SchedulerCounts extends ScheduledCounts {
  /** Of each of its ranks, where it has several. */
  readonly ranks?: readonly SchedulerCounts[]
}

/** Hears what a committed step brought, in the order of its entries. */
export interface CommitListener {
  /** The sequence has so many more output tokens: one, or more where drafts were accepted. */
  tokens(sequence: Sequence, count: number): void
  /** The last of those tokens was its last; its blocks are free. */
  finished(sequence: Sequence): void
}
