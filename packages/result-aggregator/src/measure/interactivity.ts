import { type Estimate, isInterval } from '../result/estimate.ts'
import type { Metric, PercentileIntervals } from '../result/metric.ts'

/**
 * Tokens per second as one user sees them, from a latency per token in ms (`tpot`, `e2e_per_token`): pXX is 1000 / pXX of the latency, so that a high percentile
 * is the slow tail and `p90 < p50`; the mean is 1000 / mean. `std`, `min` and `max` are those of the requests' own speeds. What is not known
 * of the latency is not known of the speed.
 *
 * `sortedLatencies` are the values that `latency` describes, rising and above 0.
 *
 * Source: InferenceX, process_agentic_result.py, which takes the latency that is `itl_compat` here.
 */
export function interactivityOf(latency: Metric, sortedLatencies: Float64Array): Metric {
  const { n, excluded, cutOff, mean, min, max, p50, p75, p90, p95, p99, intervals } = latency
  return {
    unit: 'tokens/s',
    n,
    ...(cutOff !== undefined && { cutOff }),
    ...speedOf({ mean }),
    ...(cutOff === undefined && { std: speedDeviation(sortedLatencies) }),
    ...(max !== undefined && { min: perSecond(max) }),
    ...(min !== undefined && { max: perSecond(min) }),
    ...speedOf({ p50, p75, p90, p95, p99 }),
    excluded,
    ...(intervals && { intervals: speedIntervals(intervals) }),
  }
}

function speedIntervals({ p50, p75, p90, p95, p99, ...basis }: PercentileIntervals): PercentileIntervals {
  const of = (estimate: Estimate) =>
    isInterval(estimate) ? { ...estimate, low: perSecond(estimate.high), high: perSecond(estimate.low) } : estimate
  return { ...basis, p50: of(p50), p75: of(p75), p90: of(p90), p95: of(p95), p99: of(p99) }
}

function speedOf<Name extends string>(
  latencies: Readonly<Record<Name, number | undefined>>,
): Partial<Record<Name, number>> {
  const known = Object.entries<number | undefined>(latencies).filter(([, ms]) => ms !== undefined)
  return Object.fromEntries(known.map(([name, ms]) => [name, perSecond(ms!)])) as Partial<Record<Name, number>>
}

function perSecond(latencyMs: number): number {
  return 1000 / latencyMs
}

function speedDeviation(latencies: Float64Array): number {
  let sum = 0
  for (let i = 0; i < latencies.length; i += 1) sum += perSecond(latencies[i]!)
  const mean = sum / latencies.length
  let squares = 0
  for (let i = 0; i < latencies.length; i += 1) squares += (perSecond(latencies[i]!) - mean) ** 2
  return Math.sqrt(squares / latencies.length)
}
