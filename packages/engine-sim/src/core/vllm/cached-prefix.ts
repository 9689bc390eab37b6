import type { KvOffload } from '../offload/kv-offload-config.ts'
import type { Speculation } from '../speculation.ts'
import type { BlockPool } from './block-pool.ts'
import { keyLookahead } from './key-lookahead.ts'
import type { VllmSequence } from './vllm-sequence.ts'

interface CachedPrefixConfig {
  readonly blockSize: number
  readonly enablePrefixCaching: boolean
  readonly speculation?: Speculation | undefined
  readonly kvOffload?: KvOffload | undefined
}

const none = new Int32Array(0)
/** Sessions of which the last blocks are kept. */
const mostSessions = 1024

/** The leading blocks of a sequence that are cached: of the one that was looked up last. */
export class CachedPrefix {
  readonly #pool: BlockPool
  readonly #config: CachedPrefixConfig
  #blocks = new Int32Array(64)
  /** Blocks that requests of a session held when they ended: most likely those of the next one too. The last sessions to end are kept. */
  readonly #lastOfSession = new Map<string, Int32Array>()
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
    if (!this.#config.enablePrefixCaching || sequence.request.skipsCache) return
    const most = Math.floor((sequence.tokens - 1) / this.#config.blockSize)
    if (most > this.#blocks.length) this.#blocks = new Int32Array(most * 2)
    const blocks = this.#blocks
    const pool = this.#pool
    let count = 0
    let free = 0
    let block = 0
    const last = this.#lastOf(sequence)
    for (; count < most; count += 1) {
      const key = sequence.keyOf(count)
      const guess = count < last.length ? last[count]! : 0
      // A guess that stands in a list is there before the block before it has been looked at, which its successor is not.
      block = pool.isFirst(guess, key) ? guess : pool.find(key, block)
      if (block === 0) break
      blocks[count] = block
      if (pool.isFree(block)) free += 1
    }
    // A draft head's last position in a block depends on the token after it: where keys do not cover that, the last block that was found is computed again.
    if (count > 0 && this.#config.speculation && keyLookahead(this.#config) === 0) {
      count -= 1
      if (pool.isFree(blocks[count]!)) free -= 1
    }
    this.count = count
    this.freeCount = free
  }

  /** A sequence is about to lose its blocks: where the next of its session is looked for. */
  remember({ request: { session }, blocks, blockCount }: VllmSequence): void {
    if (session === undefined) return
    this.#lastOfSession.delete(session)
    this.#lastOfSession.set(session, blocks.subarray(0, blockCount))
    if (this.#lastOfSession.size > mostSessions) this.#lastOfSession.delete(this.#lastOfSession.keys().next().value!)
  }

  #lastOf({ request: { session } }: VllmSequence): Int32Array {
    return (session !== undefined && this.#lastOfSession.get(session)) || none
  }

  /** Gives them to the sequence, with room in its table for all that it may come to have. */
  give(sequence: VllmSequence): void {
    const { count } = this
    const { blockSize } = this.#config
    sequence.reserve(Math.ceil((sequence.request.promptTokens + sequence.outputLimit) / blockSize))
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
