import type { PlayTimeGrid } from './play-time-grid.ts'

/** Two sums in each cell of a grid: what is divided, and what it is divided by. */
export interface RatioSums {
  readonly grid: PlayTimeGrid
  readonly tops: Float64Array
  readonly bottoms: Float64Array
}

/** Of a sum: `all` of it, and what plays alone, and blocks of time alone, tell of it. */
export interface TwoWayVariance {
  readonly all: number
  readonly plays: number
  readonly blocks: number
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
export function twoWayVariance(sums: RatioSums, lags: number): TwoWayVariance {
  const { grid, tops, bottoms } = sums
  const ratio = total(tops) / total(bottoms)
  const leftOver = ({ tops: top, bottoms: bottom }: Groups, at: ArrayLike<number>) =>
    Float64Array.from(at, (group) => top[group]! - ratio * bottom[group]!)
  const byPlay = groupSums(sums, grid.playOf, grid.playOf.reduce((most, play) => Math.max(most, play), 0) + 1)
  const byBlock = groupSums(sums, grid.blockOf, grid.blocks)
  const plays = variance(leftOver(byPlay, filled(byPlay)))
  const blocks = variance(
    leftOver(
      byBlock,
      byBlock.tops.map((_, block) => block),
    ),
    lags,
  )
  const cells = variance(leftOver(sums, filled(sums)))
  return { all: Math.max(plays + blocks - cells, plays, blocks), plays, blocks }
}

export function total(parts: Float64Array): number {
  return parts.reduce((sum, part) => sum + part, 0)
}

type Groups = Pick<RatioSums, 'tops' | 'bottoms'>

/** `groupOf` each cell, a number below `groups`. */
function groupSums(cells: Groups, groupOf: ArrayLike<number>, groups: number): Groups {
  const [tops, bottoms] = [new Float64Array(groups), new Float64Array(groups)]
  for (let cell = 0; cell < groupOf.length; cell += 1) {
    tops[groupOf[cell]!]! += cells.tops[cell]!
    bottoms[groupOf[cell]!]! += cells.bottoms[cell]!
  }
  return { tops, bottoms }
}

/** Those that hold something. */
function filled({ tops, bottoms }: Groups): Uint32Array {
  const found = new Uint32Array(tops.length)
  let count = 0
  for (let group = 0; group < tops.length; group += 1) {
    if (tops[group] === 0 && bottoms[group] === 0) continue
    found[count] = group
    count += 1
  }
  return found.subarray(0, count)
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
