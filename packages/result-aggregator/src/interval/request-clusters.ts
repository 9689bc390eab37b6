import { blockAt, playTimeGrid, type SortedGrid } from './play-time-grid.ts'

/** Which play each request is of, and when it was sent: what requests that are not independent have in common. */
export class RequestClusters {
  /** Of the window, breaks left out. */
  readonly measuredMs: number
  readonly #plays: Uint32Array
  readonly #sentMs: Float64Array
  readonly #grids = new Map<number, SortedGrid>()

  /** `plays`: a number from 0 for each request, the same for those of one play. `sentMs`: when, from the start of the measured time. */
  constructor({
    plays,
    sentMs,
    measuredMs,
  }: {
    readonly plays: Uint32Array
    readonly sentMs: Float64Array
    readonly measuredMs: number
  }) {
    this.#plays = plays
    this.#sentMs = sentMs
    this.measuredMs = measuredMs
  }

  /** The cells of play x block that its requests are in. */
  grid(blocks: number): SortedGrid {
    const known = this.#grids.get(blocks)
    if (known) return known
    const grid = playTimeGrid(this.#plays, (i) => blockAt(this.#sentMs[i]!, this.measuredMs, blocks), blocks)
    this.#grids.set(blocks, grid)
    return grid
  }
}
