/** Blocks that an engine holds, by what it told of them. */
export class HeldBlocks {
  readonly #keys = new Set<number>()

  /** Keys that it holds from now on, negative those that it no longer holds. */
  apply(changes: readonly number[]): void {
    for (const key of changes) {
      if (key > 0) this.#keys.add(key)
      else this.#keys.delete(-key)
    }
  }

  /** Leading blocks of a prompt that it holds. */
  overlap(keys: Float64Array): number {
    let blocks = 0
    while (blocks < keys.length && this.#keys.has(keys[blocks]!)) blocks += 1
    return blocks
  }
}
