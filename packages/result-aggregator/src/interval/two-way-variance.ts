import type { PlayTimeGrid } from './play-time-grid.ts'

/**
 * The variance of a sum of residuals that are alike within a play, and within a block of time: never below that of plays or of blocks alone.
 * `sums` has those of each cell of the grid; cells that `counts` has nothing in are left out, and so are plays that have no other.
 *
 * Source: Cameron, Gelbach and Miller (2011), Robust inference with multi-way clustering.
 */
export function twoWayVariance(grid: PlayTimeGrid, sums: Float64Array, counts: ArrayLike<number>): number {
  const byPlay = new Map<number, number>()
  const byBlock = new Map<number, number>(Array.from({ length: grid.blocks }, (_, block) => [block, 0]))
  const byCell: number[] = []
  for (let cell = 0; cell < sums.length; cell += 1) {
    if (!counts[cell]) continue
    const sum = sums[cell]!
    const [play, block] = [grid.playOf[cell]!, grid.blockOf[cell]!]
    byPlay.set(play, (byPlay.get(play) ?? 0) + sum)
    byBlock.set(block, byBlock.get(block)! + sum)
    byCell.push(sum)
  }
  const [plays, blocks, cells] = [[...byPlay.values()], [...byBlock.values()], byCell].map(variance) as [
    number,
    number,
    number,
  ]
  return Math.max(plays + blocks - cells, plays, blocks)
}

/** Of a sum of independent parts whose mean is 0. */
function variance(parts: readonly number[]): number {
  const squares = parts.reduce((sum, part) => sum + part * part, 0)
  return (squares * parts.length) / (parts.length - 1)
}
