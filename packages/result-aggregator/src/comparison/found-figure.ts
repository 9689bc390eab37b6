import type { NoRatioReason } from '../result/run-comparison.ts'

/** How B compares to A in something: the ratio or difference, and its interval, or why there is none. */
export interface FoundFigure {
  readonly a?: number
  readonly b?: number
  /** Absent: nobody knows it. */
  readonly value?: number
  readonly estimate: FoundEstimate
}

export type FoundEstimate = { readonly low: number; readonly high: number } | { readonly notEstimable: NoRatioReason }

export function isFound(estimate: FoundEstimate): estimate is { readonly low: number; readonly high: number } {
  return 'low' in estimate
}
