import type { Metric } from '../result/metric.ts'

/**
 * Tokens per second as one user sees them, from `itl_compat` in ms: pXX is 1000 / pXX of the latency, so that a high percentile
 * is the slow tail and `p90 < p50`; the mean is 1000 / mean. `std`, `min` and `max` are those of the requests' own speeds.
 *
 * `sortedLatencies` are the values that `latency` describes, rising and above 0.
 *
 * Source: InferenceX, process_agentic_result.py.
 */
export function interactivityOf(latency: Metric, sortedLatencies: Float64Array): Metric {
  const { n, excluded, mean, min, max, p50, p75, p90, p95, p99 } = latency
  return {
    unit: 'tokens/s',
    n,
    mean: perSecond(mean),
    std: speedDeviation(sortedLatencies),
    min: perSecond(max),
    max: perSecond(min),
    p50: perSecond(p50),
    p75: perSecond(p75),
    p90: perSecond(p90),
    p95: perSecond(p95),
    p99: perSecond(p99),
    excluded,
  }
}

function perSecond(latencyMs: number): number {
  return 1000 / latencyMs
}

function speedDeviation(latencies: Float64Array): number {
  let sum = 0
  for (const latency of latencies) sum += perSecond(latency)
  const mean = sum / latencies.length
  let squares = 0
  for (const latency of latencies) squares += (perSecond(latency) - mean) ** 2
  return Math.sqrt(squares / latencies.length)
}
