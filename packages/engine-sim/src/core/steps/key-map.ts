/** What stands for content keys, which are positive integers: a hash table in two arrays, which grows and never shrinks. */
export class KeyMap<V> {
  size = 0
  /** 0 where there is none. */
  #keys = new Float64Array(64)
  #values: (V | undefined)[] = Array.from({ length: 64 }, () => undefined)

  get(key: number): V | undefined {
    if (this.size === 0) return undefined
    const keys = this.#keys
    const mask = keys.length - 1
    let at = hashOf(key) & mask
    while (keys[at] !== key) {
      if (keys[at] === 0) return undefined
      at = (at + 1) & mask
    }
    return this.#values[at]
  }

  set(key: number, value: V): void {
    if (this.size * 4 >= this.#keys.length) this.#grow()
    const at = this.#find(key)
    if (this.#keys[at] === 0) this.size += 1
    this.#keys[at] = key
    this.#values[at] = value
  }

  delete(key: number): void {
    const [keys, values] = [this.#keys, this.#values]
    const mask = keys.length - 1
    let gap = this.#find(key)
    if (keys[gap] === 0) return
    this.size -= 1
    // Whoever stands behind the gap because of it moves up.
    for (let at = (gap + 1) & mask; keys[at] !== 0; at = (at + 1) & mask) {
      const home = hashOf(keys[at]!) & mask
      if (((at - home) & mask) < ((at - gap) & mask)) continue
      keys[gap] = keys[at]!
      values[gap] = values[at]
      gap = at
    }
    keys[gap] = 0
    values[gap] = undefined
  }

  /** Where it is, or would be. */
  #find(key: number): number {
    const keys = this.#keys
    const mask = keys.length - 1
    let at = hashOf(key) & mask
    while (keys[at] !== 0 && keys[at] !== key) at = (at + 1) & mask
    return at
  }

  #grow(): void {
    const [keys, values] = [this.#keys, this.#values]
    this.#keys = new Float64Array(keys.length * 2)
    this.#values = Array.from({ length: keys.length * 2 }, () => undefined)
    for (let at = 0; at < keys.length; at += 1) {
      if (keys[at] === 0) continue
      const to = this.#find(keys[at]!)
      this.#keys[to] = keys[at]!
      this.#values[to] = values[at]
    }
  }
}

function hashOf(key: number): number {
  return Math.imul((key | 0) ^ ((key * 2 ** -32) | 0), 0x9e3779b1) >>> 7
}
