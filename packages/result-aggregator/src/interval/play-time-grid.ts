/** The cells of play x block of time that hold something. */
export interface PlayTimeGrid {
  /** Of each cell; plays are numbered from 0. */
  readonly playOf: Uint32Array
  readonly blockOf: Uint8Array
  readonly blocks: number
}

/** A grid that things were sorted into. */
export interface SortedGrid extends PlayTimeGrid {
  /** Of each thing. */
  readonly cellOf: Uint32Array
}

/** Sorts things into cells, which are numbered in the order in which they come up. At most 256 blocks. */
export function playTimeGrid(plays: ArrayLike<number>, blockOf: (index: number) => number, blocks: number): SortedGrid {
  const cellAt = new Map<number, number>()
  const cellOf = new Uint32Array(plays.length)
  for (let i = 0; i < plays.length; i += 1) {
    const place = plays[i]! * blocks + blockOf(i)
    const cell = cellAt.get(place) ?? cellAt.size
    cellAt.set(place, cell)
    cellOf[i] = cell
  }
  const places = [...cellAt.keys()]
  return {
    playOf: Uint32Array.from(places, (place) => Math.floor(place / blocks)),
    blockOf: Uint8Array.from(places, (place) => place % blocks),
    blocks,
    cellOf,
  }
}

/** The values in each cell, added up; `NaN` is none. */
export function sumByCell({ cellOf, playOf }: SortedGrid, values: Float64Array): Float64Array {
  const sums = new Float64Array(playOf.length)
  for (let i = 0; i < values.length; i += 1) if (!Number.isNaN(values[i]!)) sums[cellOf[i]!]! += values[i]!
  return sums
}

/** How many values of each cell are at most `limit`. */
export function countByCell({ cellOf, playOf }: SortedGrid, values: Float64Array, limit = Infinity): Float64Array {
  const counts = new Float64Array(playOf.length)
  for (let i = 0; i < values.length; i += 1) if (values[i]! <= limit) counts[cellOf[i]!]! += 1
  return counts
}

/** The block of an instant, where `measuredMs` are cut into `blocks` of equal length; what lies outside counts to the nearest. */
export function blockAt(instantMs: number, measuredMs: number, blocks: number): number {
  return Math.max(0, Math.min(blocks - 1, Math.floor((instantMs / measuredMs) * blocks)))
}
