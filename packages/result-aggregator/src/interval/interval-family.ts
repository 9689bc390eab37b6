/** Figures that spread for the same reason, and so get their intervals in the same way. */
export interface IntervalFamily {
  /** Equal parts of the measured time; requests sent in one have met the same load. */
  readonly blocks: number
  /** Degrees of freedom, from the effective number of plays. */
  readonly degrees: (effectivePlays: number) => number
  readonly leastMeasuredMs: number
}

/**
 * `response`: what a request brings along (its prompt, its length) decides most. `pace`: the load of the server does, which drifts slowly, so that
 * few independent stretches of time are seen.
 *
 * Measured: docs/intervals.md.
 */
export const intervalFamilies = {
  response: { blocks: 12, degrees: (plays) => Math.min(plays, 12) - 1, leastMeasuredMs: 10 * 60_000 },
  pace: { blocks: 4, degrees: (plays) => Math.min(plays - 1, 3), leastMeasuredMs: 30 * 60_000 },
} satisfies Record<string, IntervalFamily>

/** Nominal share of the intervals that hold the long-run value. */
export const INTERVAL_LEVEL = 0.95
