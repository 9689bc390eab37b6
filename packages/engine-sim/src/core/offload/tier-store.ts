interface Entry {
  /** False while it is being written. */
  isReady: boolean
  /** Loads that read it now. */
  readers: number
}

/** What one tier holds: chunks told by their keys, the least recently used given up first, never one that is being written or read. */
export class TierStore {
  readonly #capacity: number
  /** From the least recently used on. */
  readonly #entries = new Map<number, Entry>()
  /** Goes on where it found the last one to give up: from the start it would pass all that were there each time. */
  #oldest = this.#entries.entries()
  /** Chunks given up to make room. */
  evicted = 0

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  get size(): number {
    return this.#entries.size
  }

  /** Whether it holds a chunk, or is being given it. */
  knows(key: number): boolean {
    return this.#entries.has(key)
  }

  /** Whether it can be read. */
  has(key: number): boolean {
    return this.#entries.get(key)?.isReady ?? false
  }

  /** Counts a chunk as used, if it is there. */
  touch(key: number): void {
    const entry = this.#entries.get(key)
    if (!entry) return
    this.#entries.delete(key)
    this.#entries.set(key, entry)
  }

  /** Room for a chunk that is going to be written; false where nothing can be given up for it. It is not there before `ready`. */
  reserve(key: number): boolean {
    if (this.#entries.size >= this.#capacity && !this.#evictOne()) return false
    this.#entries.set(key, { isReady: false, readers: 0 })
    return true
  }

  ready(key: number): void {
    const entry = this.#entries.get(key)
    if (entry) entry.isReady = true
  }

  /** Keeps a chunk while it is read. */
  hold(key: number): void {
    this.#entries.get(key)!.readers += 1
  }

  letGo(key: number): void {
    this.#entries.get(key)!.readers -= 1
  }

  /** What is being written or read was used last, so that it is passed only where nearly all is; then the search begins anew, once. */
  #evictOne(): boolean {
    for (let pass = 0; pass < 2; pass += 1) {
      for (let next = this.#oldest.next(); !next.done; next = this.#oldest.next()) {
        const [key, { isReady, readers }] = next.value
        if (!isReady || readers > 0) continue
        this.#entries.delete(key)
        this.evicted += 1
        return true
      }
      this.#oldest = this.#entries.entries()
    }
    return false
  }
}
