import { quantile } from '@reprise/trace/quantile'
import { deviationOf, meanOf } from '../run/mean-of.ts'

/** A distribution as InferenceX nests it; empty where there is no value. */
export type StatBlock = Readonly<Record<string, number>>

const augustShares = { p50: 0.5, p75: 0.75, p90: 0.9, p95: 0.95 }
const aprilShares = { median: 0.5, p90: 0.9, p99: 0.99, 'p99.9': 0.999 }

/** `sorted` rises. Source: InferenceX, aggregation_common.py (2026-08): linear at rank (n-1)p, standard deviation of the population. */
export function statBlock(sorted: Float64Array): StatBlock {
  return figures(sorted, augustShares)
}

/** With April's percentiles. Source: InferenceX, process_agentic_result.py (2026-04). */
export function aprilStatBlock(sorted: Float64Array): StatBlock {
  return figures(sorted, aprilShares)
}

/**
 * The speed whose reciprocal is told: each figure is that of the same figure, so that a high percentile is the slow tail; the deviation is that
 * of the speeds themselves.
 */
export function reciprocalBlock({ std: _, ...figuresOfTimes }: StatBlock, sortedTimes: Float64Array): StatBlock {
  const above = Object.entries(figuresOfTimes).filter(([, value]) => value > 0)
  const speeds = sortedTimes.filter((value) => value > 0).map((value) => 1 / value)
  return {
    ...Object.fromEntries(above.map(([name, value]) => [name, 1 / value])),
    ...(speeds.length > 0 && { std: deviationOf(speeds, 'population') }),
  }
}

/** The keys of a block with a name behind them, as the flat forms have them: `p90_ttft`. */
export function flattened(block: StatBlock, name: string): Record<string, number> {
  return Object.fromEntries(Object.entries(block).map(([key, value]) => [`${key}_${name}`, value]))
}

function figures(sorted: Float64Array, shares: Readonly<Record<string, number>>): StatBlock {
  if (sorted.length === 0) return {}
  const percentiles = Object.entries(shares).map(([name, share]) => [name, quantile(sorted, share)!])
  return { mean: meanOf(sorted), ...Object.fromEntries(percentiles), std: deviationOf(sorted, 'population') }
}
