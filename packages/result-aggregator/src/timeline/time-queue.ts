/** What is known before it is its turn: a binary heap, earliest first, then by rank, then by when it was added. */
export class TimeQueue<Item extends { readonly ts: number }> {
  readonly #heap: { readonly item: Item; readonly rank: number; readonly order: number }[] = []
  #added = 0

  add(item: Item, rank: number): void {
    const heap = this.#heap
    heap.push({ item, rank, order: this.#added++ })
    for (let at = heap.length - 1; at > 0; ) {
      const above = (at - 1) >> 1
      if (!this.#isBefore(at, above)) return
      this.#swap(at, above)
      at = above
    }
  }

  /** Takes out what lies before `ts`, in order. */
  *before(ts: number): Generator<Item> {
    while (this.#heap.length > 0 && this.#heap[0]!.item.ts < ts) yield this.#take()
  }

  #take(): Item {
    const heap = this.#heap
    const [first, last] = [heap[0]!, heap.pop()!]
    if (heap.length === 0) return first.item
    heap[0] = last
    for (let at = 0; ; ) {
      const below = [2 * at + 1, 2 * at + 2].filter((each) => each < heap.length)
      const least = below.reduce((best, each) => (this.#isBefore(each, best) ? each : best), at)
      if (least === at) return first.item
      this.#swap(at, least)
      at = least
    }
  }

  #isBefore(one: number, other: number): boolean {
    const [a, b] = [this.#heap[one]!, this.#heap[other]!]
    return (a.item.ts - b.item.ts || a.rank - b.rank || a.order - b.order) < 0
  }

  #swap(one: number, other: number): void {
    const heap = this.#heap
    ;[heap[one], heap[other]] = [heap[other]!, heap[one]!]
  }
}
