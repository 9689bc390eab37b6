import type { ServerLatencyFigures } from '../../result/server-side.ts'

/** A histogram of seconds as its counters rose. */
export interface HistogramRise {
  /** Values at or below each bound, the last one infinite. */
  readonly buckets: ReadonlyMap<number, number>
  readonly sumS: number
  readonly count: number
}

/** Its mean and percentiles; `undefined` where it counted nothing. */
export function histogramFigures({ buckets, sumS, count }: HistogramRise): ServerLatencyFigures | undefined {
  // Less than one: what a rise at the edge of a window leaves of a request.
  if (count < 0.5) return undefined
  const rising = [...buckets].sort(([one], [other]) => one - other)
  const p50Ms = percentileMs(rising, 0.5)
  const p90Ms = percentileMs(rising, 0.9)
  return {
    n: Math.max(1, Math.round(count)),
    meanMs: (sumS / count) * 1_000,
    ...(p50Ms !== undefined && { p50Ms }),
    ...(p90Ms !== undefined && { p90Ms }),
  }
}

/**
 * Evenly inside the bucket that holds it. `undefined` where that bucket says too little: the first one, which begins at 0, one above the last
 * finite bound, and one whose end is more than 2.5 times its beginning.
 *
 * Source: `histogram_quantile` of Prometheus.
 */
function percentileMs(rising: readonly (readonly [bound: number, below: number])[], p: number): number | undefined {
  const all = rising.at(-1)?.[1] ?? 0
  if (all <= 0) return undefined
  const wanted = p * all
  const at = rising.findIndex(([, below]) => below >= wanted)
  const [bound, below] = rising[at]!
  const [lower, belowLower] = rising[at - 1] ?? [0, 0]
  if (bound > widestBucket * lower) return undefined
  const share = (wanted - belowLower) / (below - belowLower)
  return (lower + (bound - lower) * share) * 1_000
}

const widestBucket = 2.5
