import type { BlockRun } from './block-run.ts'

/**
 * Which run each free one follows, so that a prefix is evicted from its end: the first free run behind which nothing free is left goes.
 *
 * A run follows the end of another as it was then: what followed an evicted block follows nothing.
 * Source: the `lineage` backend of Dynamo's block manager (leaves first along chains of parents; ../shared/spec/dynamo.md 4.6).
 */
export const lineage = {
  /** A held run begins behind another. */
  follow(run: BlockRun, parent: BlockRun | undefined): void {
    run.parent = parent
    run.parentEnd = parent?.end ?? 0
  },

  freed(run: BlockRun): void {
    count(run, 1)
  },

  held(run: BlockRun): void {
    count(run, -1)
  },

  /** What was before a run has been cut off. */
  cut(run: BlockRun, head: BlockRun): void {
    head.parent = run.parent
    head.parentEnd = run.parentEnd
    lineage.follow(run, head)
    head.freeChildren = run.holders === 0 ? 1 : 0
  },

  /** The last block of a free run is gone; `isGone`: it was the only one. */
  forgotLast(run: BlockRun, isGone: boolean): void {
    run.freeChildren = 0
    if (isGone) count(run, -1)
  },

  /** The first of the free runs, from the head of their queue on, behind which no free one is; there is one, as chains have ends. */
  firstLeaf(head: BlockRun | undefined): BlockRun | undefined {
    let run = head
    while (run && run.freeChildren > 0) run = run.later
    return run ?? head
  },
}

function count({ parent, parentEnd }: BlockRun, change: number): void {
  if (parent && parent.end === parentEnd) parent.freeChildren += change
}
