import type { Session } from './corpus.ts'

/** Number of ids of a turn's full blocks, shared ones included. */
export function blockCountOf(session: Session, turn: number): number {
  const { sharedBlocks, ownBlocks } = turnAt(session, turn)
  return sharedBlocks + ownBlocks.length
}

/**
 * The ids of a turn's full blocks, in prompt order, assembled from the deltas of it and the turns before it.
 *
 * @throws RangeError when the session has no such turn.
 */
export function blocksOf(session: Session, turn: number): Uint32Array {
  const blocks = new Uint32Array(blockCountOf(session, turn))
  let missing = blocks.length
  for (let source = turn; missing > 0; source -= 1) {
    const { sharedBlocks, ownBlocks } = turnAt(session, source)
    if (sharedBlocks < missing) {
      blocks.set(ownBlocks.subarray(0, missing - sharedBlocks), sharedBlocks)
      missing = sharedBlocks
    }
  }
  return blocks
}

function turnAt(session: Session, turn: number) {
  const found = session.turns[turn]
  if (!found) throw new RangeError(`session ${session.id} has no turn ${turn}`)
  return found
}
