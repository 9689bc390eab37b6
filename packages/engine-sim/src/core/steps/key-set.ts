import { placeOfKey } from '../place-of-key.ts'

/** Most keys that are added at once. */
const mostPending = 4096

/** Content keys that were met: a set of positive integers in one typed array, which grows and never shrinks. */
export class KeySet {
  /** 0 where there is none. */
  #slots = new Float64Array(2 * mostPending)
  #size = 0
  /** Keys that were added last: each has its place somewhere else in memory, and many at once are found them sooner than one by one. */
  readonly #pending = new Float64Array(mostPending)
  #pendingCount = 0

  get size(): number {
    this.#settle()
    return this.#size
  }

  add(key: number): void {
    if (this.#pendingCount === mostPending) this.#settle()
    this.#pending[this.#pendingCount] = key
    this.#pendingCount += 1
  }

  has(key: number): boolean {
    if (this.#pendingCount > 0) this.#settle()
    return this.#slots[placeOfKey(this.#slots, key)] === key
  }

  #settle(): void {
    const count = this.#pendingCount
    this.#pendingCount = 0
    if ((this.#size + count) * 2 > this.#slots.length) this.#grow()
    this.#size += this.#put(this.#pending, count)
  }

  /** How many of them there were not. */
  #put(keys: Float64Array, count: number): number {
    const slots = this.#slots
    let added = 0
    for (let next = 0; next < count; next += 1) {
      const key = keys[next]!
      const at = placeOfKey(slots, key)
      if (slots[at] === key) continue
      slots[at] = key
      added += 1
    }
    return added
  }

  #grow(): void {
    const old = this.#slots
    this.#slots = new Float64Array(old.length * 2)
    for (let at = 0; at < old.length; at += 1)
      if (old[at] !== 0) this.#slots[placeOfKey(this.#slots, old[at]!)] = old[at]!
  }
}
