/** A map that forgets what was not used for the longest time, once it holds more than it may. */
export class RecentMap<Key, Value> {
  readonly #values = new Map<Key, Value>()
  readonly #weigh: (value: Value) => number
  readonly #most: number
  #weight = 0
  /** Entries that were forgotten. */
  forgotten = 0

  /** @param most of the sum of weights; default weight 1, so of entries. */
  constructor(most: number, weigh: (value: Value) => number = () => 1) {
    this.#most = most
    this.#weigh = weigh
  }

  get size(): number {
    return this.#values.size
  }

  /** The value, which so becomes the one that was used last. */
  get(key: Key): Value | undefined {
    const value = this.#values.get(key)
    if (value === undefined) return undefined
    this.#values.delete(key)
    this.#values.set(key, value)
    return value
  }

  set(key: Key, value: Value): void {
    this.delete(key)
    this.#values.set(key, value)
    this.#weight += this.#weigh(value)
    for (const [oldest] of this.#values) {
      if (this.#weight <= this.#most || oldest === key) return
      this.delete(oldest)
      this.forgotten += 1
    }
  }

  delete(key: Key): void {
    const value = this.#values.get(key)
    if (value === undefined) return
    this.#values.delete(key)
    this.#weight -= this.#weigh(value)
  }
}
