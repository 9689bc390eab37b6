import { z } from 'zod'
import { LanesLoad } from './load.ts'

const PlannedDependency = z.strictObject({
  session: z.int().nonnegative(),
  turn: z.int().nonnegative(),
  trigger: z.enum(['dispatch', 'completion']),
  /** Already capped and scaled. */
  delayMs: z.number().nonnegative(),
  relation: z.enum(['sequence', 'spawn', 'join', 'background']),
})
export type PlannedDependency = z.infer<typeof PlannedDependency>

const PlannedTurn = z.strictObject({
  /** The recorded length, at least 1. */
  inputTokens: z.int().positive(),
  /** Tokens to ask for: the recorded length, at least 1. */
  outputTokens: z.int().positive(),
  needs: z.array(PlannedDependency),
  /** Input plus output exceeds the context: not sent, and ends its tree as `truncated`. */
  overContext: z.literal(true).optional(),
})
export type PlannedTurn = z.infer<typeof PlannedTurn>

const PlannedSession = z.strictObject({
  id: z.string(),
  parent: z.int().nonnegative().optional(),
  turns: z.array(PlannedTurn),
})
export type PlannedSession = z.infer<typeof PlannedSession>

/** The turns of one trace. Content keys are (scope of the play, session, turn); the block ids stay in the corpus. */
const PlannedTree = z.strictObject({
  traceId: z.string(),
  /** Index in `Corpus.traces`. */
  trace: z.int().nonnegative(),
  sessions: z.array(PlannedSession),
})
export type PlannedTree = z.infer<typeof PlannedTree>

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
  load: LanesLoad,
  /** Traces whose first turn does not fit the context. */
  leftOut: z.array(z.strictObject({ traceId: z.string(), inputTokens: z.int(), outputTokens: z.int() })),
  /** In corpus order. */
  trees: z.array(PlannedTree),
  /** What each lane plays first, for the reader: `playOf(plan, lane, 0)`. */
  firstPlays: z.array(
    z.strictObject({
      lane: z.int(),
      traceId: z.string(),
      startTurn: z.int(),
      residualThinkMs: z.number().nonnegative().optional(),
    }),
  ),
})
export type Plan = z.infer<typeof Plan>
