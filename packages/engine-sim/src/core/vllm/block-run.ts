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
  /** Another block had the same key when each of these got it, so that this is not the one to hit. */
  readonly isYounger: boolean
  /** The one that fills it is its only holder so far, and adds to it. */
  isOpen: boolean
  /** Neighbours in the queue of free ones. */
  sooner: BlockRun | undefined = undefined
  later: BlockRun | undefined = undefined
  /** Where lineage counts: the run behind the end of which this begins, that end, and how many free ones begin behind its own end. */
  parent: BlockRun | undefined = undefined
  parentEnd = 0
  freeChildren = 0

  constructor(keys: BlockKeys, start: number, { end = start, holders = 1, isYounger = false, isOpen = true } = {}) {
    this.keys = keys
    this.start = start
    this.end = end
    this.holders = holders
    this.isYounger = isYounger
    this.isOpen = isOpen
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

  /** Cuts it in two; what is before the block, with as many holders. It stays what is behind. */
  cut(block: number): BlockRun {
    const { keys, start, holders, isYounger, before } = this
    const head = new BlockRun(keys, start, { end: block, holders, isYounger, isOpen: false })
    head.before = before
    this.start = block
    this.before = head
    return head
  }
}
