import { distributionOf } from '../../../measure/distribution.ts'
import type { Histogram } from '../client/report-data.ts'

/** Counts in bins that double, with the figures of the values themselves; `undefined` without values. Values are at least 0. */
export function histogramOf(values: readonly number[]): Histogram | undefined {
  const figures = distributionOf(Float64Array.from(values).sort())
  if (!figures) return undefined
  const bins = Map.groupBy(
    values.filter((value) => value > 0),
    exponentOf,
  )
  const first = bins.size === 0 ? 0 : Math.min(...bins.keys())
  const length = bins.size === 0 ? 0 : Math.max(...bins.keys()) - first + 1
  const { n, mean, p50, p90, p99, max } = figures
  return {
    n,
    mean,
    p50,
    p90,
    p99,
    max,
    zeros: values.filter((value) => value === 0).length,
    first,
    counts: Array.from({ length }, (_, index) => bins.get(first + index)?.length ?? 0),
  }
}

/** `k` with 2^k <= value < 2^(k+1); the logarithm alone is off by one at some powers of two. */
function exponentOf(value: number): number {
  const guess = Math.floor(Math.log2(value))
  if (2 ** guess > value) return guess - 1
  return 2 ** (guess + 1) <= value ? guess + 1 : guess
}
