import { quantile } from './quantile.ts'

/** Some figures of a distribution; percentiles are linear between neighbours at rank (n-1)p. */
export interface Summary {
  readonly n: number
  readonly mean: number
  readonly min: number
  readonly p10: number
  readonly p25: number
  readonly p50: number
  readonly p75: number
  readonly p90: number
  readonly p95: number
  readonly p99: number
  readonly max: number
}

/** Figures of values that rise; `undefined` where there are none. */
export function summaryOf(sorted: Float64Array): Summary | undefined {
  const n = sorted.length
  if (n === 0) return undefined
  const at = (p: number) => quantile(sorted, p)!
  const [min, max] = [sorted[0]!, sorted[n - 1]!]
  // The sum of many may round to a mean beyond the ends.
  const mean = Math.min(max, Math.max(min, sorted.reduce((sum, value) => sum + value, 0) / n))
  return {
    ...{ n, mean, min, p10: at(0.1), p25: at(0.25), p50: at(0.5), p75: at(0.75) },
    ...{ p90: at(0.9), p95: at(0.95), p99: at(0.99), max },
  }
}
