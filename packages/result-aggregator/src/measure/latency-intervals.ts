import type { IntervalFamily } from '../interval/interval-family.ts'
import type { KnownValues } from '../interval/known-values.ts'
import { quantileEstimates } from '../interval/quantile-estimates.ts'
import type { RequestClusters } from '../interval/request-clusters.ts'
import type { PercentileIntervals } from '../result/metric.ts'

/** The interval of every percentile that a metric has, or why there is none. */
export function latencyIntervals(
  values: KnownValues,
  clusters: RequestClusters,
  family: IntervalFamily,
): PercentileIntervals {
  const { basis, estimates } = quantileEstimates(values, {
    clusters,
    family,
    probabilities: [0.5, 0.75, 0.9, 0.95, 0.99],
  })
  const [p50, p75, p90, p95, p99] = estimates
  return { ...basis, p50: p50!, p75: p75!, p90: p90!, p95: p95!, p99: p99! }
}
