import type { BlockPool } from './block-pool.ts'
import type { VllmSequence } from './vllm-sequence.ts'

interface CachedPrefixConfig {
  readonly blockSize: number
  readonly enablePrefixCaching: boolean
}

/** The leading blocks of a sequence that are cached: of the one that was looked up last. */
export class CachedPrefix {
  readonly #pool: BlockPool
  readonly #config: CachedPrefixConfig
  #blocks = new Int32Array(64)
  /** How many there are. */
  count = 0
  /** Of those, the ones that nobody holds. */
  freeCount = 0

  constructor(pool: BlockPool, config: CachedPrefixConfig) {
    this.#pool = pool
    this.#config = config
  }

  /** Looks them up. At least the last token is always computed, so a prompt is never found in full. */
  find(sequence: VllmSequence): void {
    this.count = 0
    this.freeCount = 0
    if (!this.#config.enablePrefixCaching) return
    const most = Math.floor((sequence.tokens - 1) / this.#config.blockSize)
    if (most > this.#blocks.length) this.#blocks = new Int32Array(most * 2)
    const blocks = this.#blocks
    const pool = this.#pool
    let count = 0
    let free = 0
    let block = 0
    for (; count < most; count += 1) {
      block = pool.find(sequence.keyOf(count), block)
      if (block === 0) break
      blocks[count] = block
      if (pool.isFree(block)) free += 1
    }
    this.count = count
    this.freeCount = free
  }

  /** Gives them to the sequence, with room in its table for all of its tokens. */
  give(sequence: VllmSequence): void {
    const { count } = this
    const { blockSize } = this.#config
    sequence.reserve(Math.ceil(sequence.tokens / blockSize))
    for (let at = 0; at < count; at += 1) {
      const block = this.#blocks[at]!
      this.#pool.touch(block)
      sequence.blocks[at] = block
    }
    sequence.blockCount = count
    sequence.keyedBlocks = count
    sequence.computed = count * blockSize
  }
}
