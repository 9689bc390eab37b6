/** Shares at which curves are told: finer where they matter. */
export const QUANTILE_SHARES = [
  0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.925, 0.95, 0.97, 0.98, 0.99, 0.995, 0.999,
] as const

/** How one latency is spread, in milliseconds at these shares; shorter where the rest is not known. */
export interface QuantileCurve {
  readonly name: 'ttft' | 'co_ttft' | 'tpot' | 'e2e'
  readonly n: number
  readonly values: readonly number[]
  /** With failures as infinitely slow; absent: there were none. */
  readonly withFailures?: readonly number[]
}
