import { z } from 'zod'

const count = z.int().nonnegative()

/** `kept`: within its limit. `not comparable`: a condition differs that makes it senseless. `not told`: one side has no values for it. */
export const CheckVerdict = z.enum(['kept', 'deviates', 'not comparable', 'not told'])
export type CheckVerdict = z.infer<typeof CheckVerdict>

/** Some figures of differences; percentiles are linear between neighbours at rank (n-1)p. */
export const DifferenceQuantiles = z.strictObject({
  n: count,
  min: z.number(),
  p10: z.number(),
  p50: z.number(),
  p90: z.number(),
  p99: z.number(),
  max: z.number(),
})
export type DifferenceQuantiles = z.infer<typeof DifferenceQuantiles>

/** Something in which both sides have to be alike, and how much they are. */
export const FidelityCheck = z.strictObject({
  name: z.string(),
  verdict: CheckVerdict,
  /** What `value` may be at most. */
  limit: z.number().nonnegative(),
  /** It is not the default. */
  limitChanged: z.literal(true).optional(),
  /** What is held against the limit. Absent where nothing could be. */
  value: z.number().optional(),
  /** Of the signed differences that the value sums up. Absent where it counts. */
  differences: DifferenceQuantiles.optional(),
  /** Why it was not made. */
  reason: z.string().optional(),
  /** The first that are not as they should be, or those that differ most and by how much, with its sign; `more` others have no name here. */
  named: z.array(z.strictObject({ name: z.string(), by: z.number().optional() })),
  more: count,
})
export type FidelityCheck = z.infer<typeof FidelityCheck>

/** Something that has to be alike for the checks to mean anything. */
export const FidelityCondition = z.strictObject({
  name: z.string(),
  state: z.enum(['same', 'differs', 'not told']),
  a: z.string().optional(),
  b: z.string().optional(),
  /** It differs, and is meant to. */
  accepted: z.literal(true).optional(),
})
export type FidelityCondition = z.infer<typeof FidelityCondition>

/** Requests and sessions from what was captured to what was answered. */
export const FidelityCounts = z.strictObject({
  /** Of `runs` and `captures`: of A. */
  captured: count,
  /** Absent of `captures`. */
  planned: count.optional(),
  dispatched: count,
  /** Absent of `captures`. */
  completed: count.optional(),
  sessions: z.strictObject({ captured: count, planned: count.optional(), dispatched: count }),
})
export type FidelityCounts = z.infer<typeof FidelityCounts>

export const FidelityVerdict = z.enum(['faithful', 'deviates', 'not comparable'])
export type FidelityVerdict = z.infer<typeof FidelityVerdict>

/** Whether B was the workload that A is: `fidelity.json`. */
export const Fidelity = z.strictObject({
  schema: z.literal('fidelity/1'),
  /** A is captured traces and B a run of them; or both are runs of one plan; or both are captured traces. */
  kind: z.enum(['capture', 'runs', 'captures']),
  a: z.string(),
  b: z.string(),
  verdict: FidelityVerdict,
  /** The verdict in one sentence, with what it rests on. */
  sentence: z.string(),
  /** Those that differ first. */
  conditions: z.array(FidelityCondition),
  counts: FidelityCounts,
  checks: z.array(FidelityCheck),
  /** What of B it was made of, so that one of another run is known; absent of `captures`. */
  of: z.strictObject({ planDigest: z.string(), records: count }).optional(),
})
export type Fidelity = z.infer<typeof Fidelity>

/** What a result says of it. */
export const FidelityFacts = z.strictObject({
  verdict: FidelityVerdict,
  sentence: z.string(),
  /** Checks past their limits, by name. */
  deviating: z.array(z.string()),
  /** Checks that a difference in conditions kept from being made. */
  notComparable: z.array(z.string()),
})
export type FidelityFacts = z.infer<typeof FidelityFacts>

export function fidelityFacts({ verdict, sentence, checks }: Fidelity): FidelityFacts {
  const namesOf = (wanted: CheckVerdict) => checks.filter((check) => check.verdict === wanted).map(({ name }) => name)
  return { verdict, sentence, deviating: namesOf('deviates'), notComparable: namesOf('not comparable') }
}
