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

  /** At an instant of the measured time. */
  addAt(kind: Kind, amount: number, { play, atMs }: { readonly play: number; readonly atMs: number }): void {
    this.#add(kind, amount, play, blockAt(atMs, this.#measuredMs, this.#blocks))
  }

  /** Evenly, in whole pieces, over a span of the measured time, which may have no length. */
  spread(
    kind: Kind,
    amount: number,
    { play, fromMs, toMs }: { readonly play: number; readonly fromMs: number; readonly toMs: number },
  ): void {
    const [first, last] = [fromMs, toMs].map((ms) => blockAt(ms, this.#measuredMs, this.#blocks)) as [number, number]
    let before = 0
    for (let block = first; block <= last; block += 1) {
      const endMs = (this.#measuredMs * (block + 1)) / this.#blocks
      const until = block === last ? amount : Math.round((amount * (endMs - fromMs)) / (toMs - fromMs))
      this.#add(kind, until - before, play, block)
      before = until
    }
  }

  /** The cells that something was added to. */
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
    return Float64Array.from({ length: this.#cells.size }, (_, cell) => this.#sums[kind][cell] ?? 0)
  }

  #add(kind: Kind, amount: number, play: number, block: number): void {
    const place = play * this.#blocks + block
    const cell = this.#cells.get(place) ?? this.#cells.size
    this.#cells.set(place, cell)
    this.#sums[kind][cell] = (this.#sums[kind][cell] ?? 0) + amount
  }
}
