import { quantile } from '@reprise/trace/quantile'

/** A straight line through places: `at0 + slope * x`. */
export interface TheilLine {
  readonly slope: number
  readonly at0: number
}

/**
 * The line that half of the places lie above, and that far places do not move: the median of the slopes between places that lie half of all places
 * apart, in the order of x, and of what is left of each y. `undefined` of fewer than twenty places, or where all have one x.
 *
 * Source: Theil 1950, "A rank-invariant method of linear and polynomial regression analysis", the incomplete method.
 */
export function theilLine(places: readonly { readonly x: number; readonly y: number }[]): TheilLine | undefined {
  if (places.length < LEAST_PLACES) return undefined
  const rising = places.toSorted((one, other) => one.x - other.x || one.y - other.y)
  const apart = Math.ceil(rising.length / 2)
  const slopes = rising.slice(apart).flatMap((far, i) => {
    const near = rising[i]!
    return far.x > near.x ? [(far.y - near.y) / (far.x - near.x)] : []
  })
  if (slopes.length === 0) return undefined
  const slope = median(slopes)
  return { slope, at0: median(places.map(({ x, y }) => y - slope * x)) }
}

const LEAST_PLACES = 20

function median(values: readonly number[]): number {
  return quantile(Float64Array.from(values).sort(), 0.5)!
}
