import type { MeasuredTime } from './interval-ground.ts'
import { blockAt, playTimeGrid, type SortedGrid } from './play-time-grid.ts'

/** Which play each request is of, and when it was sent: what requests that are not independent have in common. */
export class RequestClusters {
  readonly measured: MeasuredTime
  readonly #plays: Uint32Array
  readonly #sentMs: Float64Array
  readonly #grids = new Map<number, SortedGrid>()

  /** `plays`: a number from 0 for each request, the same for those of one play. `sentMs`: when, from the start of the measured time. */
  constructor({
    plays,
    sentMs,
    ...measured
  }: MeasuredTime & { readonly plays: Uint32Array; readonly sentMs: Float64Array }) {
    this.#plays = plays
    this.#sentMs = sentMs
    this.measured = measured
  }

  /** The cells of play x block that its requests are in. */
  grid(blocks: number): SortedGrid {
    const known = this.#grids.get(blocks)
    if (known) return known
    const grid = playTimeGrid(this.#plays, (i) => blockAt(this.#sentMs[i]!, this.measured.measuredMs, blocks), blocks)
    this.#grids.set(blocks, grid)
    return grid
  }
}
