import type { BlockTables } from './block-tables.ts'
import type { VllmSequence } from './vllm-sequence.ts'

/**
 * What many decode steps do to blocks: at which of them a sequence takes one, or has filled one. Nothing else is looked at, and all is done
 * in the order in which single steps do it: of the steps, and of those that run.
 */
export class GrowthCalendar {
  readonly #blockSize: number
  /** Per step, modulo the block size: its first entry, -1 for none. */
  readonly #first: Int32Array
  /** Two entries for each of those that run. */
  #next = new Int32Array(64)

  readonly #tables: BlockTables

  constructor(tables: BlockTables, blockSize: number) {
    this.#tables = tables
    this.#blockSize = blockSize
    this.#first = new Int32Array(blockSize)
  }

  /** Takes and keys the blocks of the next `steps` decode steps of all that run; there is room. */
  run(running: readonly VllmSequence[], steps: number): void {
    const count = running.length
    const first = this.#first.fill(-1)
    if (this.#next.length < count * 2) this.#next = new Int32Array(count * 4)
    const next = this.#next
    // From the last one on, so that each step's entries are in the order of those that run.
    for (let at = count - 1; at >= 0; at -= 1) {
      const { computed, knownTokens } = running[at]!
      this.#enter(at * 2, -knownTokens)
      this.#enter(at * 2 + 1, 1 - computed)
    }
    for (let step = 1, slot = 1 % this.#blockSize; step <= steps; step += 1) {
      for (let entry = first[slot]!; entry >= 0; entry = next[entry]!) this.#tables.grow(running[entry >> 1]!, step)
      slot = slot + 1 === this.#blockSize ? 0 : slot + 1
    }
  }

  #enter(entry: number, step: number): void {
    const slot = ((step % this.#blockSize) + this.#blockSize) % this.#blockSize
    this.#next[entry] = this.#first[slot]!
    this.#first[slot] = entry
  }
}
