import type { PlayTimeGrid } from './play-time-grid.ts'

/** Two sums in each cell of a grid: what is divided, and what it is divided by. */
export interface RatioSums {
  readonly grid: PlayTimeGrid
  readonly tops: Float64Array
  readonly bottoms: Float64Array
}

/**
 * The variance of the sum of `top - ratio * bottom`, where `ratio` is that of both sums, and what is left over is alike within a play and within a
 * block of time: that of plays, and that of blocks, less that of cells, which both contain; never below that of plays or of blocks alone. Empty cells
 * are none.
 *
 * Sums of whole numbers, and so variances, are the same in any order of the cells.
 *
 * Source: Cameron, Gelbach and Miller (2011), Robust inference with multi-way clustering.
 */
export function twoWayVariance({ grid, tops, bottoms }: RatioSums): number {
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
    return variance(Float64Array.from(sums.values(), ({ top, bottom }) => top - ratio * bottom))
  }
  const plays = leftOver(grid.playOf)
  const blocks = leftOver(grid.blockOf, Array.from({ length: grid.blocks }).keys())
  const cells = leftOver(Uint32Array.from(tops.keys()))
  return Math.max(plays + blocks - cells, plays, blocks)
}

export function total(parts: Float64Array): number {
  return parts.reduce((sum, part) => sum + part, 0)
}

/** Of a sum of independent parts whose mean is 0. */
function variance(parts: Float64Array): number {
  const squares = parts.map((part) => part * part).sort()
  return (total(squares) * parts.length) / (parts.length - 1)
}
