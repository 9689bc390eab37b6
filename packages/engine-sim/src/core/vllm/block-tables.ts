import type { BlockPool } from './block-pool.ts'
import type { VllmSequence } from './vllm-sequence.ts'

interface BlockTablesConfig {
  readonly blockSize: number
  readonly enablePrefixCaching: boolean
}

/** The blocks that running sequences take, and the keys that these get once they are full. */
export class BlockTables {
  readonly #pool: BlockPool
  readonly #config: BlockTablesConfig

  constructor(pool: BlockPool, config: BlockTablesConfig) {
    this.#pool = pool
    this.#config = config
  }

  blocksFor(tokens: number): number {
    return Math.ceil(tokens / this.#config.blockSize)
  }

  /** Gives a sequence `count` more blocks; they are there. */
  take(sequence: VllmSequence, count: number): void {
    const end = sequence.blockCount + count
    if (end > sequence.blocks.length) sequence.reserve(end + 8)
    for (let at = sequence.blockCount; at < end; at += 1) sequence.blocks[at] = this.#pool.take()
    sequence.blockCount = end
  }

  /** Full blocks get their key when they are scheduled, not when they are computed: a later request of the same step can hit them. */
  keyFull(sequence: VllmSequence, endTokens: number, knownTokens = sequence.knownTokens): void {
    const { blockSize, enablePrefixCaching } = this.#config
    if (!enablePrefixCaching) return
    const full = Math.floor(Math.min(endTokens, knownTokens) / blockSize)
    for (let at = sequence.keyedBlocks; at < full; at += 1) {
      this.#pool.giveKey(sequence.blocks[at]!, sequence.keyOf(at), at > 0 ? sequence.blocks[at - 1] : 0)
    }
    if (full > sequence.keyedBlocks) sequence.keyedBlocks = full
  }

  /** What a decode step so many steps from now does to the blocks of a sequence. */
  grow(sequence: VllmSequence, step: number): void {
    const endTokens = sequence.computed + step
    const missing = this.blocksFor(endTokens) - sequence.blockCount
    if (missing > 0) this.take(sequence, missing)
    this.keyFull(sequence, endTokens, sequence.knownTokens + step)
  }
}
