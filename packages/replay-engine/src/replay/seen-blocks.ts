/** The block ids that an infinite cache would hold in one scope. */
export class SeenBlocks {
  readonly #seen = new Set<number>()
  /** Last blocks that were not full. */
  readonly #partial = new Set<number>()

  /**
   * How many leading blocks have been seen. `known` of them certainly have: those shared with an earlier request of the same session,
   * which spares looking at a long prompt id by id.
   */
  leading(blocks: Uint32Array, known: number): number {
    let length = known
    while (length < blocks.length && this.#seen.has(blocks[length]!)) length += 1
    return length
  }

  hasPartial(id: number): boolean {
    return this.#partial.has(id)
  }

  add(blocks: Uint32Array, from: number, partial?: number): void {
    for (let i = from; i < blocks.length; i += 1) this.#seen.add(blocks[i]!)
    if (partial !== undefined) this.#partial.add(partial)
  }
}

/**
 * Infinite caches by scope, each kept as long as a play of its scope can come.
 *
 * A local scope belongs to one play. Where ids are global, all plays of a pass share one, and it is let go once every lane is past it.
 */
export class SeenByScope {
  readonly #passOfLane: Int32Array
  /** Of scopes that plays have in common: system prompts, which are few. */
  readonly #common = new Map<string, SeenBlocks>()
  readonly #byPass: Map<number, SeenBlocks> | undefined

  constructor({ blockScope, lanes }: { readonly blockScope: 'local' | 'global'; readonly lanes: number }) {
    this.#passOfLane = new Int32Array(lanes)
    this.#byPass = blockScope === 'global' ? new Map() : undefined
  }

  /** For a lane's next play; its passes never go down. */
  forPlay(lane: number, pass: number): SeenBlocks {
    if (!this.#byPass) return new SeenBlocks()
    if (this.#passOfLane[lane] !== pass) this.#moveOn(lane, pass)
    const seen = this.#byPass.get(pass) ?? new SeenBlocks()
    this.#byPass.set(pass, seen)
    return seen
  }

  /** What plays have in common is kept to the end. */
  forCommon(scope: string): SeenBlocks {
    const seen = this.#common.get(scope) ?? new SeenBlocks()
    this.#common.set(scope, seen)
    return seen
  }

  #moveOn(lane: number, pass: number): void {
    this.#passOfLane[lane] = pass
    const oldest = this.#passOfLane.reduce((a, b) => Math.min(a, b))
    for (const old of this.#byPass?.keys() ?? []) if (old < oldest) this.#byPass?.delete(old)
  }
}
