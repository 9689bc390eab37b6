import type { StepDuration } from '../step-time/step-work.ts'

/**
 * Milliseconds of a step of several ranks, of those of a rank: as long as the longest, since they meet in every layer of experts. The empty batch of
 * a rank that has nothing to compute is never that.
 */
export function slowestRank(stepMs: StepDuration): StepDuration {
  return ({ ranks = [] }) => ranks.reduce((longest, rank) => (rank ? Math.max(longest, stepMs(rank)) : longest), 0)
}
