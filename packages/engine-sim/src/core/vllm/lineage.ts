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

  /** It is free no more: somebody holds it, or all of it is forgotten. */
  left(run: BlockRun): void {
    count(run, -1)
  },

  /** What was before a run has been cut off. */
  cut(run: BlockRun, head: BlockRun): void {
    head.parent = run.parent
    head.parentEnd = run.parentEnd
    lineage.follow(run, head)
    head.freeChildren = run.holders === 0 ? 1 : 0
  },

  /** The first of the free runs, from the head of their queue on, behind which no free one is: only of such a one the last block goes. */
  firstLeaf(head: BlockRun): BlockRun {
    let run = head
    // There is one, as chains have ends.
    while (run.freeChildren > 0) run = run.later!
    return run
  },
}

function count({ parent, parentEnd }: BlockRun, change: number): void {
  if (parent && parent.end === parentEnd) parent.freeChildren += change
}
