/** Content keys that were met: a set of positive integers in one typed array, which grows and never shrinks. */
export class KeySet {
  /** 0 where there is none. */
  #slots = new Float64Array(1024)
  size = 0

  add(key: number): void {
    if (this.size * 2 >= this.#slots.length) this.#grow()
    const at = this.#find(key)
    if (this.#slots[at] === key) return
    this.#slots[at] = key
    this.size += 1
  }

  has(key: number): boolean {
    return this.#slots[this.#find(key)] === key
  }

  /** Where it is, or would be. */
  #find(key: number): number {
    const mask = this.#slots.length - 1
    let at = Math.imul((key | 0) ^ ((key * 2 ** -32) | 0), 0x9e3779b1) >>> 7
    for (at &= mask; this.#slots[at] !== 0 && this.#slots[at] !== key; ) at = (at + 1) & mask
    return at
  }

  #grow(): void {
    const old = this.#slots
    this.#slots = new Float64Array(old.length * 2)
    for (const key of old) if (key !== 0) this.#slots[this.#find(key)] = key
  }
}
