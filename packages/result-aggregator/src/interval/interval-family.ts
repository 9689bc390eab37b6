import { pooledDegrees, type VarianceGround } from './pooled-degrees.ts'

/** Figures that spread for the same reason, and so get their intervals in the same way. */
export interface IntervalFamily {
  /** Equal parts of the measured time; requests sent in one have met the same load. */
  readonly blocks: number
  /** How many blocks further what a block has met is still felt. */
  readonly lags: number
  /** Degrees of freedom of a variance. */
  readonly degrees: (ground: VarianceGround) => number
  readonly leastMeasuredMs: number
}

/**
 * `response`: what a request brings along (its prompt, its length) decides most. `rate`: plays do, and a busy server; which of them, the run tells. `share`: the same of what a cache holds. `pace`: the
 * load of the server does, which drifts as slowly as plays follow one another, so that an hour shows little of it.
 *
 * Measured: docs/intervals.md.
 */
export const intervalFamilies = {
  response: {
    ...{ blocks: 12, lags: 3, leastMeasuredMs: 10 * 60_000 },
    // The queue of a busy server moves a median as it moves a pace; tails are made by plays.
    degrees: ({ effectivePlays, probability = 1 }) => Math.min(effectivePlays - 1, probability > 0.5 ? 4 : 3),
  },
  rate: { blocks: 12, lags: 3, degrees: (ground) => pooledDegrees(ground, 1.5), leastMeasuredMs: 10 * 60_000 },
  share: { blocks: 12, lags: 3, degrees: (ground) => pooledDegrees(ground, 3), leastMeasuredMs: 10 * 60_000 },
  pace: {
    ...{ blocks: 4, lags: 1, leastMeasuredMs: 60 * 60_000 },
    degrees: ({ effectivePlays }) => Math.min(effectivePlays - 1, 2),
  },
} satisfies Record<string, IntervalFamily>

/** Nominal share of the intervals that hold the long-run value. */
export const INTERVAL_LEVEL = 0.95
