import type { BlockKeys } from './block-keys.ts'

/**
 * Blocks with content that follow one another in a sequence and are held by the same sequences: they are hit, held and let go of together, and
 * forgotten from the last one on. What only some of the holders go on holding is cut off.
 */
export class BlockRun {
  readonly keys: BlockKeys
  /** The first of them, and the one after the last, as places in the sequence that filled them. */
  start: number
  end: number
  /** What was before `start` until it was cut off. */
  before: BlockRun | undefined = undefined
  /** Sequences that hold it. */
  holders: number
  /** What had the same blocks when these got their keys, so that they are not the ones to hit. */
  readonly older: BlockRun | undefined
  /** The one that fills it is its only holder so far, and adds to it. */
  isOpen: boolean
  /** Neighbours in the queue of free ones. */
  sooner: BlockRun | undefined = undefined
  later: BlockRun | undefined = undefined
  /** Where lineage counts: the run behind the end of which this begins, that end, and how many free ones begin behind its own end. */
  parent: BlockRun | undefined = undefined
  parentEnd = 0
  freeChildren = 0

  constructor(keys: BlockKeys, start: number, older?: BlockRun, { end = start, holders = 1, isOpen = true } = {}) {
    this.keys = keys
    this.start = start
    this.end = end
    this.holders = holders
    this.older = older
    this.isOpen = isOpen
  }

  get isYounger(): boolean {
    return this.older !== undefined
  }

  get length(): number {
    return this.end - this.start
  }

  /** The part that has a block, of what it was before parts were cut off. */
  partWith(block: number): BlockRun | undefined {
    let part: BlockRun | undefined = this
    while (part && part.start > block) part = part.before
    return part
  }

  /** Whether it has a block, or a part has that was cut off it. */
  has(block: number): boolean {
    const part = this.partWith(block)
    return part !== undefined && block < part.end
  }

  /** Cuts it in two; what is before the block, with as many holders. It stays what is behind. */
  cut(block: number): BlockRun {
    const { keys, start, holders, older, before } = this
    const head = new BlockRun(keys, start, older, { end: block, holders, isOpen: false })
    head.before = before
    this.start = block
    this.before = head
    return head
  }
}
