import { z } from 'zod'
import { Load } from './load.ts'
import { PlannedTree } from './planned-tree.ts'

/**
 * Everything that will be sent, decided before anything is. `playOf` says which tree a lane plays when, and from which turn:
 * a pure function of (seed, lane, play), so that a plan is finite although its lanes are endless.
 */
export const Plan = z.strictObject({
  schema: z.literal('plan/1'),
  corpusDigest: z.string(),
  seed: z.int().nonnegative(),
  blockSize: z.int().positive(),
  blockScope: z.enum(['local', 'global']),
  preset: z.strictObject({
    name: z.string(),
    /** Options that differ from the preset's own. */
    changed: z.array(z.string()),
  }),
  load: Load,
  /** Traces whose first turn does not fit the context. */
  leftOut: z.array(z.strictObject({ traceId: z.string(), inputTokens: z.int(), outputTokens: z.int() })),
  /** In corpus order. */
  trees: z.array(PlannedTree),
  /** What each lane plays first, for the reader: `playOf(plan, lane, 0)`. None where a load has no lanes. */
  firstPlays: z.array(
    z.strictObject({
      lane: z.int(),
      traceId: z.string(),
      startTurn: z.int(),
      /** Instant of the trace's recorded time, where that is what was drawn. */
      startMs: z.number().optional(),
      residualThinkMs: z.number().nonnegative().optional(),
    }),
  ),
})
export type Plan = z.infer<typeof Plan>
