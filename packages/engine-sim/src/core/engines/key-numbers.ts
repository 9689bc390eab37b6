/** Content key -> a whole number other than 0, in typed arrays that grow and never shrink. Keys are positive integers. */
export class KeyNumbers {
  size = 0
  /** 0 where there is none. */
  #keys = new Float64Array(256)
  #numbers = new Int32Array(256)

  /** 0 of a key that has none. */
  get(key: number): number {
    return this.#numbers[this.#find(key)]!
  }

  /** 0 takes the key out. */
  set(key: number, number: number): void {
    const at = this.#find(key)
    if (this.#keys[at] === key) {
      if (number === 0) this.#remove(at)
      else this.#numbers[at] = number
    } else if (number !== 0) {
      this.#keys[at] = key
      this.#numbers[at] = number
      this.size += 1
      if (this.size * 2 > this.#keys.length) this.#grow()
    }
  }

  /** Where it is, or would be. */
  #find(key: number): number {
    const keys = this.#keys
    const mask = keys.length - 1
    let at = homeOf(key) & mask
    while (keys[at] !== 0 && keys[at] !== key) at = (at + 1) & mask
    return at
  }

  /** What stands behind moves up, as far as it may stand there: nothing is looked for past an empty place. */
  #remove(removed: number): void {
    const [keys, numbers] = [this.#keys, this.#numbers]
    const mask = keys.length - 1
    let empty = removed
    for (let at = (removed + 1) & mask; keys[at] !== 0; at = (at + 1) & mask) {
      const home = homeOf(keys[at]!) & mask
      if (((at - home) & mask) < ((at - empty) & mask)) continue
      keys[empty] = keys[at]!
      numbers[empty] = numbers[at]!
      empty = at
    }
    keys[empty] = 0
    numbers[empty] = 0
    this.size -= 1
  }

  #grow(): void {
    const [keys, numbers] = [this.#keys, this.#numbers]
    this.#keys = new Float64Array(2 * keys.length)
    this.#numbers = new Int32Array(2 * keys.length)
    for (const [old, key] of keys.entries()) {
      if (key === 0) continue
      const at = this.#find(key)
      this.#keys[at] = key
      this.#numbers[at] = numbers[old]!
    }
  }
}

function homeOf(key: number): number {
  return Math.imul((key | 0) ^ ((key * 2 ** -32) | 0), 0x9e3779b1) >>> 7
}
