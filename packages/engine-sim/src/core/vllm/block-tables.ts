import type { KvOffload } from '../offload/kv-offload-config.ts'
import type { Speculation } from '../speculation.ts'
import type { BlockPool } from './block-pool.ts'
import { keyLookahead } from './key-lookahead.ts'
import type { VllmSequence } from './vllm-sequence.ts'

interface BlockTablesConfig {
  readonly blockSize: number
  readonly enablePrefixCaching: boolean
  readonly speculation?: Speculation | undefined
  readonly kvOffload?: KvOffload | undefined
}

/** The blocks that running sequences take, and the keys that these get once they are full. */
export class BlockTables {
  readonly #pool: BlockPool
  readonly #config: BlockTablesConfig
  readonly #keyed: ((index: number, key: number) => void) | undefined

  /** `keyed` hears of each block that is given its key: where in its sequence it is, and the key. */
  constructor(pool: BlockPool, config: BlockTablesConfig, keyed?: (index: number, key: number) => void) {
    this.#pool = pool
    this.#config = config
    this.#keyed = keyed
  }

  blocksFor(tokens: number): number {
    return Math.ceil(tokens / this.#config.blockSize)
  }

  /** Gives a sequence `count` more blocks; they are there. */
  take(sequence: VllmSequence, count: number): void {
    if (count > 0) this.#pool.take(sequence, count)
  }

  /** Full blocks get their key when they are scheduled, not when they are computed: a later request of the same step can hit them. */
  keyFull(sequence: VllmSequence, endTokens: number, knownTokens = sequence.knownTokens): void {
    const { blockSize, enablePrefixCaching } = this.#config
    if (!enablePrefixCaching) return
    const full = Math.floor(Math.min(endTokens, knownTokens - keyLookahead(this.#config)) / blockSize)
    for (let at = sequence.keyedBlocks; at < full; at += 1) {
      this.#pool.giveKey(sequence)
      this.#keyed?.(at, sequence.keys.of(at))
    }
  }

  release(sequence: VllmSequence): void {
    this.#pool.release(sequence)
  }

  /** What a decode step so many steps from now does to the blocks of a sequence. */
  grow(sequence: VllmSequence, step: number): void {
    const endTokens = sequence.computed + step
    const missing = this.blocksFor(endTokens) - sequence.blockCount
    if (missing > 0) this.take(sequence, missing)
    this.keyFull(sequence, endTokens, sequence.knownTokens + step)
  }
}
