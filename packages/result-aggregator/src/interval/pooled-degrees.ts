import type { TwoWayVariance } from './two-way-variance.ts'

/** What degrees of freedom are told by. */
export interface VarianceGround {
  readonly effectivePlays: number
  readonly variance: TwoWayVariance
  /** Of a percentile. */
  readonly probability?: number | undefined
}

/**
 * Degrees of freedom of a variance that is made of two: those of blocks where it is theirs, of which a window shows few whatever their number, and as many as
 * there are plays where it is that of plays. So a run tells by itself whether its figure follows the load of its server.
 *
 * Source: Satterthwaite (1946), An approximate distribution of estimates of variance components.
 */
export function pooledDegrees(
  { effectivePlays, variance: { plays, blocks } }: VarianceGround,
  ofBlocks: number,
): number {
  const ofPlays = Math.max(1, effectivePlays - 1)
  if (plays + blocks === 0) return ofPlays
  return (plays + blocks) ** 2 / (plays ** 2 / ofPlays + blocks ** 2 / ofBlocks)
}
