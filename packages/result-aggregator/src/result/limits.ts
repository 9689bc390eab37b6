import { z } from 'zod'

const share = z.number().min(0).max(1)
const limit = z.number().nonnegative()

/**
 * The bounds of a trustworthy run; docs/glossary.md says why each stands where it does.
 * A run may be judged by others: they are kept in its result.
 */
export const Limits = z.strictObject({
  /** Share of profiling requests that may fail; equality passes. */
  failedShare: share,
  /** Share of requests whose reported input length must equal the planned one. */
  exactInputShare: share,
  /** Largest deviation of total reported input from planned, as a share of planned: above `warn` indicative, above `fail` invalid. */
  inputDeviation: z.strictObject({ warn: limit, fail: limit }),
  /** How much shorter than planned the total output may be, as a share of planned. */
  outputDeviation: share,
  /** How late requests leave at p99: above `warn` indicative, above `fail` invalid. */
  dispatchDelayP99Ms: z.strictObject({ warn: limit, fail: limit }),
  /** How late the client's event loop is at p99, likewise. */
  eventLoopDelayP99Ms: z.strictObject({ warn: limit, fail: limit }),
  /** Event-loop delay p99 as a share of median TPOT, above which single gaps between chunks are blurred. */
  eventLoopShareOfTpot: limit,
  cpuShare: limit,
  minWindowMs: limit,
  minRequests: limit,
  /** How far the measured hit rate may lie above the ideal one. */
  hitAboveIdeal: share,
  /** Share of requests that may be cancelled at the end of the drain: above `warn` indicative, above `fail` invalid. */
  censoredShare: z.strictObject({ warn: share, fail: share }),
  /** Share of requests that the server may refuse as too long. */
  overflowShare: share,
  /** Share of the window after which the last token must have come. */
  coverage: share,
  /** Share of turns whose block ids and length may not fit. Results from before it was looked at have none. */
  misfitTurns: share.default(0.001),
})
export type Limits = z.infer<typeof Limits>

export const defaultLimits: Limits = {
  failedShare: 0.1,
  exactInputShare: 0.995,
  inputDeviation: { warn: 0.01, fail: 0.05 },
  outputDeviation: 0.05,
  dispatchDelayP99Ms: { warn: 50, fail: 250 },
  eventLoopDelayP99Ms: { warn: 50, fail: 250 },
  eventLoopShareOfTpot: 0.2,
  cpuShare: 0.85,
  minWindowMs: 900_000,
  minRequests: 100,
  hitAboveIdeal: 0.005,
  censoredShare: { warn: 0.01, fail: 0.5 },
  overflowShare: 0.01,
  coverage: 0.95,
  misfitTurns: 0.001,
}
