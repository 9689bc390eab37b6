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
  /** Share above which failures are worth a word. Here and below, where a limit may be absent: an older version did not judge by it. */
  failedWarnShare: share.optional(),
  /** Kish's effective number of plays. */
  minPlays: limit.optional(),
  /** Share of replies that may keep tokens back, show no pace, or begin with a chunk of unknown size. */
  oddReplyShare: share.optional(),
  /** Share of replies whose first gap may be far above their later ones. */
  oddFirstGapShare: share.optional(),
  /** Share of the turns that the context limit may leave out. */
  leftOutShare: share.optional(),
  /** How far first and last third may differ: as a share of the first, and in standard errors of the difference; both are passed. */
  drift: z.strictObject({ share: limit, standardErrors: limit }).optional(),
  /** Share of requests whose reported input length must equal the planned one. */
  exactInputShare: share,
  /** Largest deviation of total reported input from planned, as a share of planned: above `warn` indicative, above `fail` invalid. */
  inputDeviation: z.strictObject({ warn: limit, fail: limit }),
  /** How much shorter than planned the total output may be, as a share of planned. */
  outputDeviation: share,
  /** How late requests leave at p99: above `warn` indicative, above `fail` invalid. */
  dispatchDelayP99Ms: z.strictObject({ warn: limit, fail: limit }),
  /** Share of the arrivals of an open load that may be late or never leave: above `warn` indicative, above `fail` invalid. */
  lateArrivals: z.strictObject({ warn: share, fail: share }).optional(),
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

/** Limits with a bound for every rule. */
export type AllLimits = { readonly [Name in keyof Limits]-?: NonNullable<Limits[Name]> }

export const defaultLimits: AllLimits = {
  failedShare: 0.1,
  failedWarnShare: 0.01,
  minPlays: 10,
  oddReplyShare: 0.01,
  oddFirstGapShare: 0.5,
  leftOutShare: 0.01,
  drift: { share: 0.1, standardErrors: 3 },
  exactInputShare: 0.995,
  inputDeviation: { warn: 0.01, fail: 0.05 },
  outputDeviation: 0.05,
  dispatchDelayP99Ms: { warn: 50, fail: 250 },
  lateArrivals: { warn: 0.001, fail: 0.05 },
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

/** The limits with the default bound of every rule that they do not speak of. */
export function allLimits(limits: Limits): AllLimits {
  const given = Object.entries(limits).filter(([, bound]) => bound !== undefined)
  return { ...defaultLimits, ...(Object.fromEntries(given) as Partial<AllLimits>) }
}
