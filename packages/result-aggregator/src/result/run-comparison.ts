import { z } from 'zod'
import { NoIntervalReason } from './estimate.ts'

/** Why a figure of two runs has no interval; docs/compare.md says what helps. */
export const NoRatioReason = z.enum([
  ...NoIntervalReason.options,
  /** Only runs of one plan have the same turns. */
  'other-plans',
  /** It would reach into turns that failed, which count as infinitely slow. */
  'failures',
  /** One side has no value. */
  'not-measured',
])
export type NoRatioReason = z.infer<typeof NoRatioReason>

export const FigureVerdict = z.enum(['higher', 'lower', 'no difference', 'cannot tell'])
export type FigureVerdict = z.infer<typeof FigureVerdict>

/** One figure of B beside that of A. */
export const ComparedFigure = z.strictObject({
  /** As `--fail-if` takes it: `ttft.p90`, `ttft.turns`, `output_per_gpu`. */
  name: z.string(),
  /** `ratio`: B / A; `difference`: B - A, of shares. */
  kind: z.enum(['ratio', 'difference']),
  /** Which end is better. */
  better: z.enum(['less', 'more']),
  a: z.number().optional(),
  b: z.number().optional(),
  /** The ratio or the difference. Absent: nobody knows it. */
  value: z.number().optional(),
  /** 95 % interval of the value. */
  low: z.number().optional(),
  high: z.number().optional(),
  notEstimable: NoRatioReason.optional(),
  /** By the interval alone. */
  verdict: FigureVerdict,
  /** Of the figures that the sentence speaks of: whether they differ, judged by wider intervals that hold all of them at once. */
  certain: z.boolean().optional(),
})
export type ComparedFigure = z.infer<typeof ComparedFigure>

const count = z.int().nonnegative()

/** What became of the planned requests of both, each in one of these. */
export const TurnCounts = z.strictObject({
  answeredByBoth: count,
  failedInA: count,
  failedInB: count,
  failedInBoth: count,
  /** The end of a run cut off what one of them, or both, had begun. */
  cutOff: count,
  /** Sent by one alone: the other did not come to them. */
  onlyInA: count,
  onlyInB: count,
})
export type TurnCounts = z.infer<typeof TurnCounts>

export const ComparedSide = z.strictObject({
  runs: z
    .array(
      z.strictObject({
        name: z.string(),
        seed: z.int().nonnegative(),
        planDigest: z.string(),
        verdict: z.enum(['valid', 'indicative', 'invalid']),
        reasons: z.array(z.string()),
        command: z.string(),
      }),
    )
    .min(1),
  /** Of the requests sent, those that failed. */
  failedShare: z.number().min(0).max(1),
})
export type ComparedSide = z.infer<typeof ComparedSide>

const Sides = z.strictObject({ a: z.string().optional(), b: z.string().optional() })

export const GateOutcome = z.strictObject({
  /** As it was written. */
  gate: z.string(),
  outcome: z.enum(['fails', 'passes', 'cannot tell']),
  reason: z.string(),
})
export type GateOutcome = z.infer<typeof GateOutcome>

/** Two runs, or two groups of repeats, held against each other. */
export const RunComparison = z.strictObject({
  schema: z.literal('run-comparison/1'),
  a: ComparedSide,
  b: ComparedSide,
  /** In what was set up otherwise, by name. */
  configuration: z.record(z.string(), Sides),
  /** In what their work differs although it was accepted, by name. */
  work: z.record(z.string(), Sides),
  /** `paired`: the same turns of one plan; `independent`: each run by itself; `repeats`, `paired-repeats`: between runs. */
  method: z.enum(['paired', 'independent', 'repeats', 'paired-repeats']),
  /** Why turns were not paired. */
  notPaired: z.array(z.string()),
  cautions: z.array(z.string()),
  /** Of paired runs. */
  turns: TurnCounts.optional(),
  figures: z.array(ComparedFigure),
  verdict: z.enum(['difference', 'no difference', 'cannot tell']),
  sentence: z.string(),
  /** Only where some were given. */
  gates: z.array(GateOutcome).optional(),
})
export type RunComparison = z.infer<typeof RunComparison>
