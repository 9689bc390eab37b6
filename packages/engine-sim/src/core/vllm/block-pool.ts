import type { BlockLog } from '../steps/block-log.ts'
import { KeySet } from '../steps/key-set.ts'
import type { BlockKeys } from './block-keys.ts'
import { BlockRun } from './block-run.ts'
import { FreeRuns } from './free-runs.ts'
import { HeldRuns } from './held-runs.ts'
import { lineage } from './lineage.ts'
import { RunIndex } from './run-index.ts'

/** What a sequence holds: runs with content, and blocks behind them that have none. */
export interface Holder {
  readonly keys: BlockKeys
  held: HeldRuns
  blockCount: number
  keyedBlocks: number
}

/**
 * The KV blocks of an engine: who holds them, what they hold, and in which order free ones are taken.
 *
 * One block is the reserved null block, so `numBlocks - 1` can be used. Free blocks without content are taken first, and are all alike. A free
 * block keeps its content, and can be hit, until it is taken for something else. Blocks with content are kept as runs, so that a long prompt that is found
 * again costs what its few runs cost; docs/decisions/0066-blocks-in-runs.md.
 * Source: vLLM V1's block pool, as checked against its own step log (tests of `../../check`).
 */
export class BlockPool {
  readonly numBlocks: number
  /** Blocks that nobody holds, those that still have content included. */
  freeBlocks: number
  /** Blocks with content that were taken for something else. */
  evictedBlocks = 0
  /** Blocks that became free and keys given, ever: what can let a waiting request in that did not fit before. */
  reliefs = 0
  /** Content that was taken for something else, ever. */
  readonly forgotten = new KeySet()
  /** Hears of content that was taken for something else and that no block has any more. */
  onEvicted: ((key: number) => void) | undefined
  readonly #index = new RunIndex()
  readonly #log: BlockLog | undefined
  readonly #free = new FreeRuns()
  /** Free blocks without content. */
  #blanks: number
  readonly #lineage: typeof lineage | undefined

  /** `log`: where it is written down which content comes to be held, and goes. `evictionPolicy`: as of `SchedulerConfig`. */
  constructor(numBlocks: number, log?: BlockLog, evictionPolicy: 'lru' | 'lineage' = 'lru') {
    this.#log = log
    this.#lineage = evictionPolicy === 'lineage' ? lineage : undefined
    this.numBlocks = numBlocks
    this.freeBlocks = numBlocks - 1
    this.#blanks = numBlocks - 1
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

  /** The run to hit for a block of a sequence, whatever is before it. */
  find(keys: BlockKeys, block: number): BlockRun | undefined {
    return this.#index.find(keys, block)
  }

  /** The same, where the block before it has been found in another run. */
  findNext(keys: BlockKeys, block: number): BlockRun | undefined {
    return this.#index.findNext(keys, block)
  }

  /**
   * Gives a sequence blocks without content: those at the head of the free queue, or the ones that lineage puts before them; what they held is forgotten.
   *
   * @throws RangeError when there are not so many: the caller counts before it takes.
   */
  take(holder: Holder, count: number): void {
    if (count > this.freeBlocks) throw new RangeError('no free block: the caller must count before it takes')
    const blanks = Math.min(count, this.#blanks)
    this.#blanks -= blanks
    this.freeBlocks -= count
    for (let left = count - blanks; left > 0; ) left -= this.#evict(left)
    holder.blockCount += count
  }

  /** Gives the next block of a sequence that has no content its own. */
  giveKey(holder: Holder): void {
    const { keys, held, keyedBlocks } = holder
    const { last } = held
    const older = this.#olderOf(keys, keyedBlocks, last)
    if (!older) this.#log?.stored(keys.of(keyedBlocks))
    const goesOn = last?.isOpen && (older ? last.older?.partWith(keyedBlocks) === older : !last.isYounger)
    this.#index.add(goesOn ? last : this.#begin(held, new BlockRun(keys, keyedBlocks, older)))
    holder.keyedBlocks += 1
    this.reliefs += 1
  }

  /** Has a sequence hold those blocks of a run after what it holds, that are from `start` on and before `end`. */
  hold(holder: Holder, run: BlockRun, start: number, end: number): void {
    if (start > run.start) this.#cut(run, start)
    const part = end < run.end ? this.#cut(run, end) : run
    if (part.holders === 0) {
      this.#free.remove(part)
      this.freeBlocks -= part.length
      this.#lineage?.left(part)
    }
    part.holders += 1
    part.isOpen = false
    holder.held.add(part)
    holder.blockCount += part.length
    holder.keyedBlocks += part.length
  }

  /**
   * Lets go of all blocks of a sequence. Those with content that nobody holds any more join the end of the free queue, the last one of the sequence first, so
   * that the tail of a sequence is forgotten before its head; those without can never be hit and are taken before all others.
   */
  release(holder: Holder): void {
    const blanks = holder.blockCount - holder.keyedBlocks
    this.#blanks += blanks
    this.#relieve(blanks)
    holder.held.eachFromLast((run) => {
      run.holders -= 1
      run.isOpen = false
      if (run.holders > 0) return
      this.#free.append(run)
      this.#lineage?.freed(run)
      this.#relieve(run.length)
    })
    holder.held = new HeldRuns()
    holder.blockCount = 0
    holder.keyedBlocks = 0
  }

  /** Takes every block's content away, while nobody holds one. That is no eviction. */
  forgetContents(): void {
    for (let run = this.#free.first; run; run = this.#free.first) {
      this.#blanks += run.length
      while (run.length > 0) this.#forgetLast(run)
      this.#free.remove(run)
    }
  }

  /** What has the next block of a sequence already, which holds so far what ends with `last`. */
  #olderOf(keys: BlockKeys, block: number, last: BlockRun | undefined): BlockRun | undefined {
    const goingOn = last?.older?.partWith(block)
    if (goingOn && block < goingOn.end && goingOn.keys.of(block) === keys.of(block)) return goingOn
    return this.#index.findNext(keys, block)
  }

  #relieve(blocks: number): void {
    this.freeBlocks += blocks
    this.reliefs += blocks
  }

  #begin(held: HeldRuns, run: BlockRun): BlockRun {
    this.#lineage?.follow(run, held.last)
    held.add(run)
    return run
  }

  #cut(run: BlockRun, block: number): BlockRun {
    const head = run.cut(block)
    this.#index.cut(run, head)
    if (run.holders === 0) this.#free.insertAfter(run, head)
    this.#lineage?.cut(run, head)
    return head
  }

  /** Forgets what the next blocks of one run held, of so many at most; how many. */
  #evict(most: number): number {
    const head = this.#free.first!
    const run = this.#lineage ? this.#lineage.firstLeaf(head) : head
    const count = Math.min(most, run.length)
    for (let left = count; left > 0; left -= 1) {
      const key = run.keys.of(run.end - 1)
      if (this.#forgetLast(run)) continue
      this.forgotten.add(key)
      this.onEvicted?.(key)
    }
    this.evictedBlocks += count
    if (run.length === 0) {
      this.#free.remove(run)
      this.#lineage?.left(run)
    }
    return count
  }

  /** The last block of a run loses its content. Whether another block has that. */
  #forgetLast(run: BlockRun): boolean {
    const key = run.keys.of(run.end - 1)
    const isElsewhere = this.#index.removeLast(run)
    if (!isElsewhere) this.#log?.removed(key)
    return isElsewhere
  }
}
