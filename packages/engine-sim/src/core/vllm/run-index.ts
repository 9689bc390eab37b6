import { KeyMap } from '../steps/key-map.ts'
import type { BlockKeys } from './block-keys.ts'
import type { BlockRun } from './block-run.ts'

/**
 * Content key -> the run that has it. A key may be had by several; the oldest is the one to hit.
 *
 * As a key stands for its whole prefix, whoever looks has found the block before, and the next one is in the same run or begins one: only the first
 * block of a run is noted. Of younger runs each block is, as the older ones may go before them in any order.
 */
export class RunIndex {
  /** Number of blocks that have a key. */
  size = 0
  /** Runs of the oldest blocks, by the key of their first. */
  readonly #starts = new KeyMap<BlockRun>()
  /** For each block of the others: those that have it, the oldest first. */
  readonly #younger = new KeyMap<BlockRun[]>()

  /** The run to hit for a block, where the block before it is in another run. */
  findNext(keys: BlockKeys, block: number): BlockRun | undefined {
    const key = keys.of(block)
    return this.#starts.get(key) ?? this.#younger.get(key)?.[0]?.partWith(block)
  }

  /** The run to hit for a block, whatever is before it: its own beginning is looked for. */
  find(keys: BlockKeys, block: number): BlockRun | undefined {
    for (let start = block; start >= 0; start -= 1) {
      const run = this.#starts.get(keys.of(start))
      if (run) return run.end > block && run.keys.of(block) === keys.of(block) ? run : this.findNext(keys, block)
    }
    return this.findNext(keys, block)
  }

  /** Notes the next block of a run. */
  add(run: BlockRun): void {
    const block = run.end
    run.end += 1
    this.size += 1
    if (!run.isYounger) {
      if (block === run.start) this.#starts.set(run.keys.of(block), run)
      return
    }
    const key = run.keys.of(block)
    const others = this.#younger.get(key)
    if (others) others.push(run)
    else this.#younger.set(key, [run])
  }

  /** A run has been cut: what was before it is a run of its own. */
  cut(run: BlockRun, head: BlockRun): void {
    if (run.isYounger) return
    this.#starts.set(head.keys.of(head.start), head)
    this.#starts.set(run.keys.of(run.start), run)
  }

  /** Forgets the last block of a run. Whether another has the same. */
  removeLast(run: BlockRun): boolean {
    const block = run.end - 1
    const key = run.keys.of(block)
    this.size -= 1
    const isElsewhere = run.isYounger ? this.#removeYounger(run, key, block) : this.#younger.get(key) !== undefined
    if (!run.isYounger && block === run.start) this.#starts.delete(key)
    run.end = block
    return isElsewhere
  }

  #removeYounger(run: BlockRun, key: number, block: number): boolean {
    const others = this.#younger.get(key)!.filter((other) => other.partWith(block) !== run)
    if (others.length > 0) this.#younger.set(key, others)
    else this.#younger.delete(key)
    return others.length > 0 || run.older?.has(block) === true
  }
}
