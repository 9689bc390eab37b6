import { z } from 'zod'
import { pace, Until, Warmup } from './pace.ts'
import type { PlannedTree } from './planned-tree.ts'
import type { Arrivals } from './play.ts'
import { Shuffle } from './shuffle.ts'
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
  /** The first play of a lane starts at a turn drawn from this share of its root session's turns; later plays start at 0. */
  start: z.strictObject({ min: z.number().min(0).max(1), max: z.number().min(0).max(1) }),
  /**
   * Whether profiling finds a lane that starts inside its session at a random instant of its think time; false or absent: the think time
   * runs during warm-up and is over when profiling begins. `startOf` has the rule.
   */
  residualThink: z.boolean().optional(),
  timeScale: pace.timeScale,
  thinkCapMs: pace.thinkCapMs,
  maxContextTokens: pace.maxContextTokens,
  warmup: Warmup,
  warmupLimitMs: pace.warmupLimitMs,
  quiesceMs: pace.quiesceMs,
  /** Lane i's first request is due i times this after its phase began, unless a rest of its think time says when. */
  staggerMs: z.number().nonnegative(),
  until: Until,
  drainMs: pace.drainMs,
})
export type LanesLoad = z.infer<typeof LanesLoad>

/** What its fields say against each other, with the cure. */
export function lanesProblem({ start }: LanesLoad): string | undefined {
  return start.min > start.max
    ? `start.min ${start.min} is above start.max ${start.max}; give the smaller share first`
    : undefined
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
    dueMs: (lane) => lane * load.staggerMs,
    playOf: (lane, play) => {
      const position = lane + play * load.lanes
      if (load.until.kind === 'passes' && position >= load.until.passes * trees.length) return undefined
      const { index, pass } = shuffle.at(position)
      const tree = trees[index]!
      const start = play === 0 ? startOf({ seed, load }, lane, tree) : { startTurn: 0 }
      // The number of lanes is in it, so that the points of a sweep on one server do not warm each other's cache. A trace is played once
      // in a pass, which makes (trace, pass) an identity of the play.
      const scope = blockScope === 'local' ? `${load.lanes}/${tree.traceId}#${pass}` : `${load.lanes}/#${pass}`
      return { lane, play, position, pass, tree, ...start, scope }
    },
  }
}
