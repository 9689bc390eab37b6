import { z } from 'zod'
import { pace, Until } from './pace.ts'
import type { PlannedTree } from './planned-tree.ts'
import type { Arrivals } from './play.ts'
import { sharedSystemOf } from './shared-system.ts'

/**
 * Open load: every tree arrives when it was recorded to, whatever became of those before, and every turn is due at its recorded time or
 * when what it waits for has ended, whichever is later.
 */
export const ScheduleLoad = z.strictObject({
  kind: z.literal('schedule'),
  /** Multiplies recorded times and delays: 0.1 replays ten times as fast. */
  timeScale: z.number().positive(),
  /** The first arrival is due at once; false: as long after the beginning as it was recorded after that of the recording. */
  autoOffset: z.boolean(),
  /**
   * When the turns of a tree that has arrived are due. `recorded`: at their own recorded times, if what they wait for has ended. `gaps`: the
   * recorded gap after what they wait for, at whatever time that is.
   */
  turns: z.enum(['recorded', 'gaps']),
  maxContextTokens: pace.maxContextTokens,
  until: Until,
  drainMs: pace.drainMs,
  sharedSystem: pace.sharedSystem,
  sessionHeaders: pace.sessionHeaders,
})
export type ScheduleLoad = z.infer<typeof ScheduleLoad>

/** What its fields say against each other, with the cure. */
export function scheduleProblem({ until }: ScheduleLoad): string | undefined {
  return until.kind === 'passes' && until.passes > 1
    ? `until.passes ${until.passes}: a schedule is played once; give 1`
    : undefined
}

/** Slots are trees in the order of their arrival, those of one instant in that of the corpus. */
export function scheduleArrivals({
  blockScope,
  load,
  trees,
}: {
  readonly load: Pick<ScheduleLoad, 'sharedSystem'>
  readonly blockScope: 'local' | 'global'
  readonly trees: readonly PlannedTree[]
}): Arrivals {
  const inOrder = trees
    .map((tree) => ({ tree, dueMs: arrivalMs(tree) }))
    .sort((one, other) => one.dueMs - other.dueMs || one.tree.trace - other.tree.trace)
  return {
    kind: 'open',
    slots: inOrder.length,
    dueMs: (slot) => inOrder[slot]!.dueMs,
    playOf: (lane, play) => {
      const tree = inOrder[lane]?.tree
      if (!tree || play > 0) return undefined
      const scope = blockScope === 'local' ? `schedule/${tree.traceId}` : 'schedule/'
      return { lane, play, position: lane, pass: 0, tree, startTurn: 0, scope, ...sharedSystemOf(load, 'schedule') }
    },
  }
}

/** Of the turns that wait for nothing, the first to be due. */
function arrivalMs({ sessions }: PlannedTree): number {
  let earliestMs = Number.POSITIVE_INFINITY
  for (const { turns } of sessions)
    for (const { needs, targetMs = 0 } of turns) if (needs.length === 0) earliestMs = Math.min(earliestMs, targetMs)
  return earliestMs
}
