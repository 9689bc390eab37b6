import { z } from 'zod'
import { pace, Until, Warmup } from './pace.ts'
import type { PlannedTree } from './planned-tree.ts'
import type { Arrivals, Play } from './play.ts'
import { Ramp, rampProblem, rampStartMs } from './ramp.ts'
import { sharedSystemOf } from './shared-system.ts'
import { Shuffle } from './shuffle.ts'
import { snapshotOf } from './snapshot-of.ts'
import { startOf } from './start-of.ts'

/**
 * Closed load: N lanes, each replaying one session tree at a time and starting its next when it ends.
 *
 * Lane i plays positions i, i+N, i+2N ... of an endless seeded shuffle of the corpus, so lanes share no queue.
 */
export const LanesLoad = z.strictObject({
  kind: z.literal('lanes'),
  /** More than any run has ever had; each costs memory before it does anything. */
  lanes: z.int().positive().max(100_000),
  /**
   * The first play of a lane starts at a turn drawn from this share of its root session's turns, or, `of: 'time'`, all its sessions at an instant
   * drawn from this share of the recorded time from the tree's first request to its last; later plays start at their beginning.
   */
  start: z.strictObject({
    min: z.number().min(0).max(1),
    max: z.number().min(0).max(1),
    of: z.literal('time').optional(),
  }),
  /**
   * Whether profiling finds a lane that starts inside its session at a random instant of its think time; false or absent: the think time
   * runs during warm-up and is over when profiling begins. `startOf` has the rule.
   */
  residualThink: z.boolean().optional(),
  /** Delays are from the recorded end of what a turn waits for to its recorded start; absent: think times as recorded. */
  delays: z.literal('end-to-start').optional(),
  /** A turn also waits for what had ended in the other sessions of its tree when it was recorded to start. */
  order: z.literal('recorded').optional(),
  /** What a turn that the server refuses as too long ends: its session alone; absent: whatever waits for it. */
  overflowEnds: z.literal('session').optional(),
  /** A trace that has a turn beyond the context is left out as a whole; absent: where its first turn is. */
  wholeTraces: z.literal(true).optional(),
  /**
   * Plays of a trace have the same text but for their first block of the user's, which is each play's own: system prompts are shared, and
   * nothing behind them. Absent: plays share nothing.
   */
  cacheBust: z.literal('first-user-block').optional(),
  /** Longest time that a tree has nothing in flight: what it waits for then comes earlier, all by the same. Absent: no cap. */
  treeIdleCapMs: z.number().nonnegative().optional(),
  /** The same of all lanes together. */
  systemIdleCapMs: z.number().nonnegative().optional(),
  timeScale: pace.timeScale,
  thinkCapMs: pace.thinkCapMs,
  maxContextTokens: pace.maxContextTokens,
  warmup: Warmup,
  warmupLimitMs: pace.warmupLimitMs,
  quiesceMs: pace.quiesceMs,
  /** Lane i's first request is due i times this after its phase began, unless a rest of its think time says when. */
  staggerMs: z.number().nonnegative(),
  until: Until,
  /** Absent: all lanes begin together. */
  ramp: Ramp.optional(),
  drainMs: pace.drainMs,
  sharedSystem: pace.sharedSystem,
  sessionHeaders: pace.sessionHeaders,
})
export type LanesLoad = z.infer<typeof LanesLoad>

/** What its fields say against each other, with the cure. */
export function lanesProblem(load: LanesLoad): string | undefined {
  const { start, warmup, ramp } = load
  if (start.min > start.max)
    return `start.min ${start.min} is above start.max ${start.max}; give the smaller share first`
  if (start.of === 'time' && warmup.kind === 'full-prefill')
    return 'warmup full-prefill sends a turn of the root alone, and a start at an instant finds several sessions; give primers, plays or none'
  if (start.of === undefined && warmup.kind === 'primers')
    return 'warmup primers are of a start at an instant; give start.of time'
  return ramp && rampProblem(ramp, load)
}

export function lanesArrivals(plan: {
  readonly seed: number
  readonly blockScope: 'local' | 'global'
  readonly load: LanesLoad
  readonly trees: readonly PlannedTree[]
}): Arrivals {
  const { seed, blockScope, load, trees } = plan
  const shuffle = new Shuffle({ seed, count: trees.length })
  return {
    kind: 'closed',
    slots: load.lanes,
    dueMs: (lane) => rampStartMs(load.ramp, lane) + lane * load.staggerMs,
    playOf: (lane, play) => {
      const position = lane + play * load.lanes
      if (load.until.kind === 'passes' && position >= load.until.passes * trees.length) return undefined
      const { index, pass } = shuffle.at(position)
      const tree = trees[index]!
      // The number of lanes is in it, so that the points of a sweep on one server do not warm each other's cache. A trace is played once
      // in a pass, which makes (trace, pass) an identity of the play.
      const scope = blockScope === 'local' ? `${load.lanes}/${tree.traceId}#${pass}` : `${load.lanes}/#${pass}`
      const common = load.cacheBust && { commonScope: blockScope === 'local' ? `trace ${tree.traceId}` : 'corpus' }
      const ends = load.overflowEnds && { overflowEnds: load.overflowEnds }
      const system = sharedSystemOf(load, String(load.lanes))
      return {
        lane,
        play,
        position,
        pass,
        tree,
        ...startOfPlay(plan, lane, play, tree),
        scope,
        ...common,
        ...system,
        ...ends,
      }
    },
  }
}

function startOfPlay(
  { seed, load }: { readonly seed: number; readonly load: LanesLoad },
  lane: number,
  play: number,
  tree: PlannedTree,
): Pick<Play, 'startTurn' | 'residualThinkMs' | 'snapshot'> {
  if (play > 0) return { startTurn: 0 }
  if (load.start.of === undefined) return startOf({ seed, load }, lane, tree)
  const snapshot = snapshotOf({ seed, load }, lane, tree)
  return { startTurn: snapshot.from[0]!, snapshot }
}
