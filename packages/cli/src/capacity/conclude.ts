import { bracketOf } from './next-size.ts'
import type { Point } from './point.ts'

/** Why a search came to its end. */
export type SearchEnd = 'found' | 'max-runs' | 'max-time' | 'interrupted' | 'failed'

/** What a search has found. */
export interface Conclusion {
  /** The largest size that certainly keeps every objective, and is below all that break one. Absent: none does. */
  readonly holds?: number
  /** The smallest size that certainly breaks one. Absent: none that was measured does. */
  readonly breaks?: number
  /** Sizes above the one that holds and below the one that breaks, of which the runs cannot tell. */
  readonly unclear: readonly number[]
  /** Sizes that keep although a smaller one breaks. */
  readonly keepsAbove: readonly number[]
}

export function conclude(points: readonly Point[]): Conclusion {
  const { holds, breaks } = bracketOf(points)
  const sizesThat = (of: (point: Point) => boolean) =>
    points
      .filter(of)
      .map(({ size }) => size)
      .sort((one, other) => one - other)
  return {
    ...(holds !== undefined && { holds }),
    ...(breaks !== undefined && { breaks }),
    unclear: sizesThat(
      ({ verdict, size }) => verdict === 'unclear' && size > (holds ?? 0) && size < (breaks ?? Infinity),
    ),
    keepsAbove: sizesThat(({ verdict, size }) => verdict === 'keeps' && size > (breaks ?? Infinity)),
  }
}
