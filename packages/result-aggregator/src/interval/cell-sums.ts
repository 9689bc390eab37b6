import { blockAt, type PlayTimeGrid } from './play-time-grid.ts'

/** Whole amounts of several kinds, added up in cells of play x block of time. */
export class CellSums<Kind extends string> {
  readonly #measuredMs: number
  readonly #blocks: number
  readonly #cells = new Map<number, number>()
  readonly #sums: Readonly<Record<Kind, number[]>>

  constructor(
    kinds: readonly Kind[],
    { measuredMs, blocks }: { readonly measuredMs: number; readonly blocks: number },
  ) {
    this.#measuredMs = measuredMs
    this.#blocks = blocks
    this.#sums = Object.fromEntries(kinds.map((kind) => [kind, []])) as unknown as Record<Kind, number[]>
  }

  /** That of a play at an instant of the measured time. */
  cellAt(play: number, atMs: number): number {
    return this.#cell(play, blockAt(atMs, this.#measuredMs, this.#blocks))
  }

  add(kind: Kind, amount: number, cell: number): void {
    this.#sums[kind][cell]! += amount
  }

  /** Evenly, in whole pieces, over a span of the measured time, which may have no length. */
  spread(
    kind: Kind,
    amount: number,
    { play, fromMs, toMs }: { readonly play: number; readonly fromMs: number; readonly toMs: number },
  ): void {
    const first = blockAt(fromMs, this.#measuredMs, this.#blocks)
    const last = blockAt(toMs, this.#measuredMs, this.#blocks)
    let before = 0
    for (let block = first; block <= last; block += 1) {
      const endMs = (this.#measuredMs * (block + 1)) / this.#blocks
      const until = block === last ? amount : Math.round((amount * (endMs - fromMs)) / (toMs - fromMs))
      this.add(kind, until - before, this.#cell(play, block))
      before = until
    }
  }

  /** The cells that have been asked for. */
  grid(): PlayTimeGrid {
    const places = [...this.#cells.keys()]
    return {
      playOf: Uint32Array.from(places, (place) => Math.floor(place / this.#blocks)),
      blockOf: Uint8Array.from(places, (place) => place % this.#blocks),
      blocks: this.#blocks,
    }
  }

  /** Of every cell of the grid. */
  of(kind: Kind): Float64Array {
    return Float64Array.from(this.#sums[kind])
  }

  #cell(play: number, block: number): number {
    const place = play * this.#blocks + block
    const known = this.#cells.get(place)
    if (known !== undefined) return known
    const cell = this.#cells.size
    this.#cells.set(place, cell)
    for (const kind in this.#sums) this.#sums[kind].push(0)
    return cell
  }
}
