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
    return this.#slots[this.#find(key)] === key
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
      const at = this.#find(key)
      if (slots[at] === key) continue
      slots[at] = key
      added += 1
    }
    return added
  }

  /** Where it is, or would be. */
  #find(key: number): number {
    const slots = this.#slots
    const mask = slots.length - 1
    let at = (Math.imul((key | 0) ^ ((key * 2 ** -32) | 0), 0x9e3779b1) >>> 7) & mask
    while (slots[at] !== 0 && slots[at] !== key) at = (at + 1) & mask
    return at
  }

  #grow(): void {
    const old = this.#slots
    this.#slots = new Float64Array(old.length * 2)
    for (let at = 0; at < old.length; at += 1) if (old[at] !== 0) this.#slots[this.#find(old[at]!)] = old[at]!
  }
}
