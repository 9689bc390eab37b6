import type { BlockLog } from '../steps/block-log.ts'
import { KeySet } from '../steps/key-set.ts'
import { KeyIndex } from './key-index.ts'
import { Lineage } from './lineage.ts'

/**
 * The KV blocks of an engine: who holds them, what they hold, and in which order free ones are taken.
 *
 * Block 0 is the reserved null block, so `numBlocks - 1` can be used. A free block keeps its content key, and can be hit, until it is
 * taken for something else. The free queue is a doubly linked list in two arrays; block 0 is its anchor.
 * Source: vLLM V1's block pool, as checked against its own step log (tests of `../../check`).
 */
export class BlockPool {
  readonly numBlocks: number
  /** Blocks that nobody holds, those that still have content included. */
  freeBlocks: number
  /** Keyed blocks that were taken for something else. */
  evictedBlocks = 0
  /** Blocks returned to the free queue and keys given, ever: what can let a waiting request in that did not fit before. */
  reliefs = 0
  /** Content that was taken for something else, ever. */
  readonly forgotten = new KeySet()
  /** Hears of content that was taken for something else and that no block has any more. */
  onEvicted: ((key: number) => void) | undefined
  readonly #index: KeyIndex
  readonly #log: BlockLog | undefined
  readonly #references: Int32Array
  /** The block that held the content after this one's, last time that was known: where a search for the next key begins. */
  readonly #successor: Int32Array
  readonly #next: Int32Array
  readonly #previous: Int32Array
  readonly #lineage: Lineage | undefined

  /** `log`: where it is written down which content comes to be held, and goes. `evictionPolicy`: as of `SchedulerConfig`. */
  constructor(numBlocks: number, log?: BlockLog, evictionPolicy: 'lru' | 'lineage' = 'lru') {
    this.#log = log
    this.#lineage = evictionPolicy === 'lineage' ? new Lineage(numBlocks) : undefined
    this.numBlocks = numBlocks
    this.freeBlocks = numBlocks - 1
    this.#index = new KeyIndex(numBlocks)
    this.#references = new Int32Array(numBlocks)
    this.#successor = new Int32Array(numBlocks)
    this.#next = Int32Array.from({ length: numBlocks }, (_, block) => (block + 1) % numBlocks)
    this.#previous = Int32Array.from({ length: numBlocks }, (_, block) => (block + numBlocks - 1) % numBlocks)
  }

  /** Blocks that have content, held ones included. */
  get cachedBlocks(): number {
    return this.#index.size
  }

  /** As an engine counts them, without the null block. */
  get counts() {
    const { freeBlocks, cachedBlocks, evictedBlocks } = this
    const totalBlocks = this.numBlocks - 1
    return { totalBlocks, usedBlocks: totalBlocks - freeBlocks, freeBlocks, cachedBlocks, evictedBlocks }
  }

  /** The block to hit for a content key: of several, the one that got it first; 0 when none has it. `before`: the block hit before it. */
  find(key: number, before = 0): number {
    const block = this.#index.first(key, this.#successor[before])
    this.#successor[before] = block
    return block
  }

  /** Whether a block is the one to hit for a content key. */
  isFirst(block: number, key: number): boolean {
    return this.#index.isFirst(block, key)
  }

  isFree(block: number): boolean {
    return this.#references[block] === 0
  }

  /**
   * Takes the block at the head of the free queue, or the one that lineage puts before it; what it held is forgotten.
   *
   * @throws RangeError when none is free: the caller counts before it takes.
   */
  take(): number {
    const head = this.#next[0]!
    const block = this.#lineage && this.#index.has(head) ? this.#lineage.firstLeaf(head, this.#next) : head
    if (block === 0) throw new RangeError('no free block: the caller must count before it takes')
    if (this.#index.has(block)) {
      const key = this.#forget(block)
      this.evictedBlocks += 1
      if (this.#index.first(key) === 0) {
        this.forgotten.add(key)
        this.onEvicted?.(key)
      }
    }
    this.#unlink(block)
    this.#lineage?.forget(block)
    this.#references[block] = 1
    return block
  }

  /** Holds a block once more; a free one leaves the free queue. */
  touch(block: number): void {
    if (this.#references[block] === 0) this.#unlink(block)
    this.#references[block]! += 1
  }

  /** Says what a held block contains. A block that has a key keeps it. `before`: the block before it in its sequence, 0 for none. */
  giveKey(block: number, key: number, before = 0): void {
    if (this.#index.has(block)) return
    if (this.#log && this.#index.first(key) === 0) this.#log.stored(key)
    this.#index.add(block, key)
    this.#lineage?.follow(block, before)
    this.reliefs += 1
  }

  /**
   * Lets go of the first `count` blocks of a sequence, last block first. Those that nobody holds any more become free: keyed ones
   * join the end of the queue, so that the tail of a sequence is forgotten before its head; those without a key can never be hit
   * and go to the front, the last block of the sequence foremost.
   */
  release(blocks: Int32Array, count: number): void {
    let afterUnkeyed = 0
    for (let at = count - 1; at >= 0; at -= 1) {
      const block = blocks[at]!
      const references = this.#references[block]! - 1
      this.#references[block] = references
      if (references > 0) continue
      if (this.#index.has(block)) {
        this.#linkAfter(this.#previous[0]!, block)
      } else {
        this.#linkAfter(afterUnkeyed, block)
        afterUnkeyed = block
      }
    }
  }

  /** Takes every block's key away. That is no eviction. */
  forgetContents(): void {
    for (let block = 1; block < this.numBlocks; block += 1) if (this.#index.has(block)) this.#forget(block)
    this.#lineage?.clear()
  }

  #forget(block: number): number {
    const key = this.#index.keyOf(block)
    this.#index.remove(block)
    if (this.#log && this.#index.first(key) === 0) this.#log.removed(key)
    return key
  }

  #linkAfter(before: number, block: number): void {
    const after = this.#next[before]!
    this.#next[before] = block
    this.#previous[block] = before
    this.#next[block] = after
    this.#previous[after] = block
    this.#lineage?.freed(block)
    this.freeBlocks += 1
    this.reliefs += 1
  }

  #unlink(block: number): void {
    const before = this.#previous[block]!
    const after = this.#next[block]!
    this.#next[before] = after
    this.#previous[after] = before
    this.#lineage?.held(block)
    this.freeBlocks -= 1
  }
}
