/** What becomes of the blocks that a scheduler holds, from one look to the next: content keys that came to be held, and that no longer are. */
export class BlockLog {
  #keys: number[] = []

  /** Content that no block had. */
  stored(key: number): void {
    this.#keys.push(key)
  }

  /** Content that no block has any more. */
  removed(key: number): void {
    this.#keys.push(-key)
  }

  /** All since the last call, in order: keys stored, and removed ones as negative numbers. Undefined when there is none. */
  take(): readonly number[] | undefined {
    if (this.#keys.length === 0) return undefined
    const taken = this.#keys
    this.#keys = []
    return taken
  }
}
