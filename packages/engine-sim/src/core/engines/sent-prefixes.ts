/** Blocks of prompts that were sent to an engine of late, which it is taken to hold: each until `ttlMs` after it was last sent. */
export class SentPrefixes {
  readonly #ttlMs: number
  /** Instant of the last sending, the oldest first. */
  readonly #sentMs = new Map<number, number>()

  constructor(ttlMs: number) {
    this.#ttlMs = ttlMs
  }

  add(keys: Float64Array, nowMs: number): void {
    for (const key of keys) {
      this.#sentMs.delete(key)
      this.#sentMs.set(key, nowMs)
    }
    this.#forget(nowMs)
  }

  /** Leading blocks of a prompt that are taken to be held. */
  overlap(keys: Float64Array, nowMs: number): number {
    let blocks = 0
    while (blocks < keys.length && this.#holds(keys[blocks]!, nowMs)) blocks += 1
    return blocks
  }

  #holds(key: number, nowMs: number): boolean {
    const sentMs = this.#sentMs.get(key)
    return sentMs !== undefined && sentMs + this.#ttlMs > nowMs
  }

  #forget(nowMs: number): void {
    for (const [key, sentMs] of this.#sentMs) {
      if (sentMs + this.#ttlMs > nowMs) return
      this.#sentMs.delete(key)
    }
  }
}
