import { z } from 'zod'

const PlannedDependency = z.strictObject({
  session: z.int().nonnegative(),
  turn: z.int().nonnegative(),
  trigger: z.enum(['dispatch', 'completion']),
  /** Already capped and scaled. */
  delayMs: z.number().nonnegative(),
  /** `order`: had ended elsewhere in the tree when this turn was recorded to start. */
  relation: z.enum(['sequence', 'spawn', 'join', 'background', 'order']),
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
  /** Recorded start since that of its trace, unscaled: only where a play may be found at an instant of recorded time. */
  startMs: z.number().optional(),
  /** Due no earlier than this after the first arrival of the plan, already scaled: only where a load goes by recorded times. */
  targetMs: z.number().nonnegative().optional(),
})
export type PlannedTurn = z.infer<typeof PlannedTurn>

const PlannedSession = z.strictObject({
  id: z.string(),
  parent: z.int().nonnegative().optional(),
  turns: z.array(PlannedTurn),
})
export type PlannedSession = z.infer<typeof PlannedSession>

/** The turns of one trace. Content keys are (scope of the play, session, turn); the block ids stay in the corpus. */
export const PlannedTree = z.strictObject({
  traceId: z.string(),
  /** Index in `Corpus.traces`. */
  trace: z.int().nonnegative(),
  sessions: z.array(PlannedSession),
})
export type PlannedTree = z.infer<typeof PlannedTree>
