import { type Leaf, type LeafOrder, leafOrders, type RadixEvictionPolicy } from './leaf-order.ts'

/** A leaf as it was when it was put in order. */
interface Entry<L> extends Leaf {
  readonly leaf: L
  /** Of several that are alike, the one that became a leaf first goes first. */
  readonly serial: number
}

/** So many entries that stand for nothing are kept before they are cleared away. */
const mostStale = 64

/**
 * The leaves of a cache, and which of them is evicted first: a heap. A leaf may be used while it is one, which puts it later by every policy but `mru`; that is
 * seen when it comes up. By `mru` all are looked at.
 */
export class EvictableLeaves<L extends Leaf> {
  readonly #goesBefore: LeafOrder
  readonly #onlyGoesLater: boolean
  /** In the order in which they became leaves, each with the number of its entry. */
  readonly #serials = new Map<L, number>()
  readonly #heap: Entry<L>[] = []
  #serial = 0

  constructor(policy: RadixEvictionPolicy) {
    this.#goesBefore = leafOrders[policy]
    this.#onlyGoesLater = policy !== 'mru'
  }

  has(leaf: L): boolean {
    return this.#serials.has(leaf)
  }

  /** Nothing happens where it is one. */
  add(leaf: L): void {
    if (this.#serials.has(leaf)) return
    this.#serial += 1
    this.#serials.set(leaf, this.#serial)
    if (!this.#onlyGoesLater) return
    if (this.#heap.length > 2 * this.#serials.size + mostStale) this.#clearAway()
    this.#heap.push(entryOf(leaf, this.#serial))
    this.#rise(this.#heap.length - 1)
  }

  delete(leaf: L): void {
    this.#serials.delete(leaf)
  }

  clear(): void {
    this.#serials.clear()
    this.#heap.length = 0
  }

  /** The one that goes before all others; undefined where there is none. */
  get first(): L | undefined {
    if (!this.#onlyGoesLater) return this.#firstOfAll()
    for (let top = this.#heap[0]; top; top = this.#heap[0]) {
      const { leaf, serial } = top
      if (this.#serials.get(leaf) !== serial) this.#replaceTop(this.#heap.pop()!)
      else if (this.#goesBefore(top, leaf) < 0) this.#replaceTop(entryOf(leaf, serial))
      else return leaf
    }
    return undefined
  }

  #firstOfAll(): L | undefined {
    let first: L | undefined
    for (const leaf of this.#serials.keys()) if (!first || this.#goesBefore(leaf, first) < 0) first = leaf
    return first
  }

  #clearAway(): void {
    const sound = this.#heap.filter(({ leaf, serial }) => this.#serials.get(leaf) === serial)
    this.#heap.length = 0
    for (const entry of sound) {
      this.#heap.push(entry)
      this.#rise(this.#heap.length - 1)
    }
  }

  #isBefore(one: Entry<L>, other: Entry<L>): boolean {
    return (this.#goesBefore(one, other) || one.serial - other.serial) < 0
  }

  #rise(from: number): void {
    const heap = this.#heap
    const entry = heap[from]!
    let at = from
    while (at > 0) {
      const above = (at - 1) >> 1
      if (!this.#isBefore(entry, heap[above]!)) break
      heap[at] = heap[above]!
      at = above
    }
    heap[at] = entry
  }

  /** Puts an entry in the place of the first, and where it belongs from there. */
  #replaceTop(entry: Entry<L>): void {
    const heap = this.#heap
    const { length } = heap
    if (length === 0) return
    let at = 0
    for (let below = 1; below < length; below = 2 * at + 1) {
      if (below + 1 < length && this.#isBefore(heap[below + 1]!, heap[below]!)) below += 1
      if (!this.#isBefore(heap[below]!, entry)) break
      heap[at] = heap[below]!
      at = below
    }
    heap[at] = entry
  }
}

function entryOf<L extends Leaf>(leaf: L, serial: number): Entry<L> {
  const { usedAt, createdAt, hits, priority } = leaf
  return { usedAt, createdAt, hits, priority, leaf, serial }
}
