import { printable } from '@reprise/safe-text'
import { z } from 'zod'
import { TraceError } from '../problem.ts'

const maxKnots = 1000
const number = z.number().min(0).max(1e14)
const share = z.number().min(0).max(1)

/** Quantiles; see `Distribution`. */
const Table = z
  .array(z.tuple([share, number]).readonly())
  .min(2)
  .max(maxKnots)
  .refine((knots) => knots[0]?.[0] === 0 && knots.at(-1)?.[0] === 1, 'shares must run from 0 to 1')
  .refine((knots) => knots.every(([at], i) => i === 0 || at > knots[i - 1]![0]), 'shares must rise')
  .refine((knots) => knots.every(([, value], i) => i === 0 || value >= knots[i - 1]![1]), 'values must not fall')
  .readonly()

const upTo = (most: number) => Table.refine((knots) => knots.at(-1)![1] <= most, `no value may be above ${most}`)
const tokens = upTo(100_000_000)
const count = upTo(100_000)

const Rewrite = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(['last-block', 'identical']), share }),
  z.strictObject({
    kind: z.literal('measured'),
    share,
    compacts: z.boolean(),
    keptShare: upTo(1),
    inputRatio: upTo(1e6),
  }),
])

const rewrites = z.array(Rewrite).max(20)
const ByLength = z.strictObject({
  mostTurns: z.number().positive(),
  firstTokens: tokens,
  openingTokens: tokens,
  growthTokens: tokens,
  rewrites,
})

const AgentModel = z.strictObject({
  turns: count,
  toolTokens: tokens,
  systemTokens: tokens,
  firstTokens: tokens,
  resetTokens: tokens,
  outputTokens: tokens,
  openingTokens: tokens,
  growthTokens: tokens,
  thinkMs: Table,
  apiMs: Table.optional(),
  ttftShare: upTo(1),
  streamedShare: share,
  rewrites,
  inputTokens: tokens.optional(),
  byLength: z.array(ByLength).max(10).optional(),
})

/**
 * What a generator must know to make a corpus like another: shares and quantiles. No text of it, no name, and no id.
 */
export const TraceModel = z.strictObject({
  schema: z.literal('trace-model/1'),
  /** How much it was fitted to. */
  fittedTo: z.strictObject({ traces: z.int().positive(), requests: z.int().positive() }),
  blockSize: z.int().positive().max(1_000_000),
  root: AgentModel,
  subagent: AgentModel,
  family: z.strictObject({
    launchMs: Table,
    resumeMs: Table,
    groupSizes: upTo(1000),
    turnsPerGroup: z.number().positive(),
    /** Of the traces: those with subagents, and of these those with one that nobody waits for. */
    share,
    backgroundShare: share,
    /** Levels of subagents, of the traces that have any. */
    depths: upTo(100),
  }),
  /** How much of a trace's first prompt other traces sent before; absent where they share nothing. */
  sharedStart: z.strictObject({ keptShare: upTo(1) }).optional(),
})
export type TraceModel = z.infer<typeof TraceModel>

/** @throws TraceError naming the first field that no model has; `name` is for the message. */
export function parseTraceModel(text: string, name: string): TraceModel {
  const place = printable(name, 300)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new TraceError(`${place}: not valid JSON; give a file that trace synth --model wrote`)
  }
  const parsed = TraceModel.safeParse(value)
  if (parsed.success) return parsed.data
  const { path, message } = parsed.error.issues[0]!
  const where = printable(path.join('.')) || 'model'
  throw new TraceError(`${place}: ${where}: ${printable(message)}; give a file that trace synth --model wrote`)
}
