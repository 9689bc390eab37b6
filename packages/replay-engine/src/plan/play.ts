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
  /** Turn of the root session to start at; turns before it count as done. The root's number of turns where it is over. */
  readonly startTurn: number
  /** Where the tree is found at an instant of its recorded time, instead of at a turn. */
  readonly snapshot?: Snapshot
  /** Rest of the think time that follows the start turn, from the beginning of profiling; absent where no rest was drawn. */
  readonly residualThinkMs?: number
  /** Cache identity: no two plays of a tree share it. Where ids are global, all plays of a pass do. */
  readonly scope: string
  /** What the text of blocks goes by, all but the first of the user's; absent: by `scope`. */
  readonly commonScope?: string
  /** Text that the system prompts of all plays begin with, `tokens` of it at most; absent: none. */
  readonly sharedSystem?: { readonly scope: string; readonly tokens?: number }
  /** A turn that the server refuses as too long ends its session alone; absent: whatever waits for it. */
  readonly overflowEnds?: 'session'
}

/** A tree at an instant of its recorded time. */
export interface Snapshot {
  /** Since the start of the trace. */
  readonly atMs: number
  /** Of what lies after it, so long is a recorded millisecond. */
  readonly timeScale: number
  /** Of each session, the first turn at or after the instant; its number of turns where there is none. */
  readonly from: readonly number[]
  /** The turn before it, of each session that goes on and has one; none where warm-up sends none. */
  readonly primers: readonly { readonly sessionIndex: number; readonly turn: number }[]
  /** How many requests send these again, in turn. */
  readonly again: number
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
