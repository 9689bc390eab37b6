import type { PlayTimeGrid } from './play-time-grid.ts'

/** Two sums in each cell of a grid: what is divided, and what it is divided by. */
export interface RatioSums {
  readonly grid: PlayTimeGrid
  readonly tops: Float64Array
  readonly bottoms: Float64Array
}

/**
 * The variance of the sum of `top - ratio * bottom`, where `ratio` is that of both sums, and what is left over is alike within a play and within a
 * block of time: that of plays, and that of blocks, less that of cells, which both contain; never below that of plays or of blocks alone. A block is
 * like the `lags` blocks after it too, the less the later. Empty cells are none.
 *
 * Sums of whole numbers, and so variances, are the same in any order of the cells.
 *
 * Source: Cameron, Gelbach and Miller (2011), Robust inference with multi-way clustering; for the lags Newey and West (1987).
 */
export function twoWayVariance({ grid, tops, bottoms }: RatioSums, lags: number): number {
  const ratio = total(tops) / total(bottoms)
  const leftOver = (groupOf: ArrayLike<number>, groups: Iterable<number> = []) => {
    const sums = new Map([...groups].map((group) => [group, { top: 0, bottom: 0 }]))
    for (let cell = 0; cell < tops.length; cell += 1) {
      if (tops[cell] === 0 && bottoms[cell] === 0) continue
      const group = groupOf[cell]!
      const sum = sums.get(group) ?? { top: 0, bottom: 0 }
      sums.set(group, sum)
      sum.top += tops[cell]!
      sum.bottom += bottoms[cell]!
    }
    return Float64Array.from(sums.values(), ({ top, bottom }) => top - ratio * bottom)
  }
  const plays = variance(leftOver(grid.playOf))
  const blocks = variance(leftOver(grid.blockOf, Array.from({ length: grid.blocks }).keys()), lags)
  const cells = variance(leftOver(Uint32Array.from(tops.keys())))
  return Math.max(plays + blocks - cells, plays, blocks)
}

export function total(parts: Float64Array): number {
  return parts.reduce((sum, part) => sum + part, 0)
}

/** Of a sum of parts whose mean is 0, each like those up to `lags` behind it; never below that of independent ones. */
function variance(parts: Float64Array, lags = 0): number {
  const squares = total(parts.map((part) => part * part).sort())
  let likeness = 0
  for (let lag = 1; lag <= lags; lag += 1) {
    const products = parts.subarray(lag).map((part, i) => part * parts[i]!)
    likeness += 2 * (1 - lag / (lags + 1)) * total(products)
  }
  return ((squares + Math.max(0, likeness)) * parts.length) / (parts.length - 1)
}
