import { placeOfKey, takeKeyOut } from '../place-of-key.ts'

/** What stands for content keys, which are positive integers: a hash table in two arrays, which grows and never shrinks. */
export class KeyMap<V> {
  size = 0
  /** 0 where there is none. */
  #keys = new Float64Array(64)
  #values: (V | undefined)[] = Array.from({ length: 64 }, () => undefined)

  get(key: number): V | undefined {
    if (this.size === 0) return undefined
    const at = placeOfKey(this.#keys, key)
    return this.#keys[at] === key ? this.#values[at] : undefined
  }

  set(key: number, value: V): void {
    if (this.size * 4 >= this.#keys.length) this.#grow()
    const at = placeOfKey(this.#keys, key)
    if (this.#keys[at] === 0) this.size += 1
    this.#keys[at] = key
    this.#values[at] = value
  }

  delete(key: number): void {
    const at = placeOfKey(this.#keys, key)
    if (this.#keys[at] === 0) return
    this.size -= 1
    const values = this.#values
    const empty = takeKeyOut(this.#keys, at, (from, to) => {
      values[to] = values[from]
    })
    values[empty] = undefined
  }

  #grow(): void {
    const [keys, values] = [this.#keys, this.#values]
    this.#keys = new Float64Array(keys.length * 2)
    this.#values = Array.from({ length: keys.length * 2 }, () => undefined)
    for (let at = 0; at < keys.length; at += 1) {
      if (keys[at] === 0) continue
      const to = placeOfKey(this.#keys, keys[at]!)
      this.#keys[to] = keys[at]!
      this.#values[to] = values[at]
    }
  }
}
