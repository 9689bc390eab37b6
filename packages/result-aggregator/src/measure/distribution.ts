import { quantile } from '@reprise/trace/quantile'
import type { Distribution, WithFailures } from '../result/metric.ts'

type Percentile = 'p50' | 'p75' | 'p90' | 'p95' | 'p99'
type WholeDistribution = Readonly<Record<'n' | 'mean' | 'std' | 'min' | 'max' | Percentile, number>>

/** Figures over the values, which rise; `undefined` when there are none. Sums run over the sorted values, so order of arrival leaves no trace. */
export function distributionOf(sorted: Float64Array): WholeDistribution | undefined {
  const n = sorted.length
  if (n === 0) return undefined
  const mean = meanOf(sorted)
  return {
    n,
    mean,
    std: standardDeviation(sorted, mean),
    min: sorted[0]!,
    max: sorted[n - 1]!,
    ...percentiles((p) => quantile(sorted, p)!),
  }
}

/** What is known when `cutOff` more values, at least one, are larger than anybody knows. */
export function cutOffDistributionOf(sorted: Float64Array, cutOff: number): Distribution | undefined {
  const n = sorted.length
  return n === 0 ? undefined : { n, cutOff, min: sorted[0]!, ...knownPercentiles(sorted, cutOff) }
}

/** The percentiles when `failures` more requests are infinitely slow; `undefined` when there is no request at all. */
export function withFailures(sorted: Float64Array, failures: number): WithFailures | undefined {
  const n = sorted.length + failures
  if (n === 0) return undefined
  return {
    n,
    ...percentiles((p) => {
      const value = quantile(sorted, p, failures)!
      return value === Infinity ? ('unbounded' as const) : value
    }),
  }
}

function knownPercentiles(sorted: Float64Array, cutOff: number): Partial<Record<Percentile, number>> {
  const all = percentiles((p) => quantile(sorted, p, cutOff)!)
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== Infinity))
}

function percentiles<T>(at: (p: number) => T): Record<Percentile, T> {
  return { p50: at(0.5), p75: at(0.75), p90: at(0.9), p95: at(0.95), p99: at(0.99) }
}

function meanOf(sorted: Float64Array): number {
  let sum = 0
  for (let i = 0; i < sorted.length; i += 1) sum += sorted[i]!
  // A mean of equal values must not leave their range by a rounding.
  return Math.min(sorted[sorted.length - 1]!, Math.max(sorted[0]!, sum / sorted.length))
}

/** Of the population: divided by n. */
function standardDeviation(values: Float64Array, mean: number): number {
  let sum = 0
  for (let i = 0; i < values.length; i += 1) sum += (values[i]! - mean) ** 2
  return Math.sqrt(sum / values.length)
}
