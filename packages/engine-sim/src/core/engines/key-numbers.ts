import { placeOfKey, takeKeyOut } from '../place-of-key.ts'

/** Content key -> a whole number other than 0, in typed arrays that grow and never shrink. Keys are positive integers. */
export class KeyNumbers {
  size = 0
  /** 0 where there is none. */
  #keys = new Float64Array(256)
  #numbers = new Int32Array(256)

  /** 0 of a key that has none. */
  get(key: number): number {
    return this.#numbers[placeOfKey(this.#keys, key)]!
  }

  /** 0 takes the key out. */
  set(key: number, number: number): void {
    const at = placeOfKey(this.#keys, key)
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

  #remove(at: number): void {
    const numbers = this.#numbers
    const empty = takeKeyOut(this.#keys, at, (from, to) => {
      numbers[to] = numbers[from]!
    })
    numbers[empty] = 0
    this.size -= 1
  }

  #grow(): void {
    const [keys, numbers] = [this.#keys, this.#numbers]
    this.#keys = new Float64Array(2 * keys.length)
    this.#numbers = new Int32Array(2 * keys.length)
    for (const [old, key] of keys.entries()) {
      if (key === 0) continue
      const at = placeOfKey(this.#keys, key)
      this.#keys[at] = key
      this.#numbers[at] = numbers[old]!
    }
  }
}
