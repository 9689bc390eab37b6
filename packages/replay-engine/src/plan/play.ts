import type { PlannedTree } from './planned-tree.ts'

/** One play: one session tree replayed once. */
export interface Play {
  /** The slot that it arrived in: of a closed load an agent at work, of an open one the number of the arrival. */
  readonly lane: number
  /** How many trees the lane played before. */
  readonly play: number
  /** Place in the endless shuffle, or in the schedule. */
  readonly position: number
  /** How many times every tree stands before this one's own pass. */
  readonly pass: number
  readonly tree: PlannedTree
  /** Turn of the root session to start at; turns before it count as done. */
  readonly startTurn: number
  /** Rest of the think time that follows the start turn, from the beginning of profiling; absent where no rest was drawn. */
  readonly residualThinkMs?: number
  /** Cache identity: no two plays of a tree share it. Where ids are global, all plays of a pass do. */
  readonly scope: string
}

/**
 * Which plays there are and when they arrive: what a kind of load decides. A pure function of the plan: nobody's timing changes it.
 *
 * In a `closed` load a slot plays one tree after the other, each when the one before has ended; in an `open` one each slot is one arrival,
 * whatever became of those before.
 */
export interface Arrivals {
  readonly kind: 'closed' | 'open'
  readonly slots: number
  /** Of a slot's first play, since the phase began. Does not fall from slot to slot. */
  dueMs(slot: number): number
  /** What the slot plays as its `play`-th tree; undefined where it has no more. */
  playOf(slot: number, play: number): Play | undefined
}
