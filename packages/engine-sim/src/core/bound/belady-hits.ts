/** One prompt that is looked up, and then held whole. */
export interface Lookup {
  /** Chained content keys of its blocks: equal keys are equal prefixes. */
  readonly keys: ArrayLike<number>
  /** Leading blocks that can be hits; the others are only kept. */
  readonly countable: number
}

/**
 * Hits of each lookup, in blocks, in a cache of so many blocks that knows which lookups follow: the most that any cache of that size can
 * have in all, whatever it evicts and even if it need not keep what a running request holds.
 *
 * It is Belady's rule with bypass: what is looked up again last is given up first, the newcomer included. Of keys that are chains, what is
 * cached for one coming lookup is always a leading part of its prompt, so that counts by coming lookup say it all.
 *
 * Source: L. Belady, "A study of replacement algorithms for a virtual-storage computer", IBM Systems Journal 5 (2), 1966.
 */
export function beladyHits(lookups: readonly Lookup[], capacityBlocks: number): number[] {
  const runs = comingUses(lookups)
  const cached = new Int32Array(lookups.length)
  const coming = new LatestFirst()
  let free = capacityBlocks
  return lookups.map(({ countable }, at) => {
    const found = cached[at]!
    free += found
    cached[at] = 0
    for (const { next, blocks } of runs[at]!) {
      let left = blocks
      while (left > 0) {
        if (free === 0) free = giveUp(next, left)
        if (free === 0) break
        const kept = Math.min(left, free)
        if (cached[next] === 0) coming.push(next)
        cached[next]! += kept
        free -= kept
        left -= kept
      }
    }
    return Math.min(found, countable)
  })

  /** Takes up to so many blocks from what is looked up after `next`, the last first. */
  function giveUp(next: number, blocks: number): number {
    while (coming.latest !== undefined && cached[coming.latest] === 0) coming.pop()
    const { latest } = coming
    if (latest === undefined || latest <= next) return 0
    const taken = Math.min(blocks, cached[latest]!)
    cached[latest]! -= taken
    return taken
  }
}

interface ComingUse {
  /** Index of the lookup in which the blocks come next. */
  readonly next: number
  readonly blocks: number
}

/** Of each lookup the blocks that come again, from the first on: where, and how many. */
function comingUses(lookups: readonly Lookup[]): ComingUse[][] {
  const nextOf = new Map<number, number>()
  const runs: ComingUse[][] = Array.from({ length: lookups.length }, () => [])
  for (let at = lookups.length - 1; at >= 0; at -= 1) {
    const { keys } = lookups[at]!
    let next: number | undefined
    let blocks = 0
    for (let depth = 0; depth < keys.length; depth += 1) {
      const key = keys[depth]!
      const coming = nextOf.get(key)
      nextOf.set(key, at)
      if (coming !== next) {
        if (next !== undefined) runs[at]!.push({ next, blocks })
        next = coming
        blocks = 0
      }
      blocks += 1
    }
    if (next !== undefined) runs[at]!.push({ next, blocks })
  }
  return runs
}

/** A heap of indices, the greatest on top. */
class LatestFirst {
  readonly #heap: number[] = []

  get latest(): number | undefined {
    return this.#heap[0]
  }

  push(index: number): void {
    const heap = this.#heap
    let at = heap.push(index) - 1
    while (at > 0) {
      const above = (at - 1) >> 1
      if (heap[above]! >= index) break
      heap[at] = heap[above]!
      at = above
    }
    heap[at] = index
  }

  pop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    let at = 0
    for (;;) {
      let below = 2 * at + 1
      if (below >= heap.length) break
      if (below + 1 < heap.length && heap[below + 1]! > heap[below]!) below += 1
      if (heap[below]! <= last) break
      heap[at] = heap[below]!
      at = below
    }
    heap[at] = last
  }
}
