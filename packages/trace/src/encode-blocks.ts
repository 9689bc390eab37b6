/** The ids of one turn as `Turn` holds them: a prefix shared with the turn before, and the rest. */
export interface BlockDelta {
  readonly sharedBlocks: number
  readonly ownBlocks: Uint32Array
}

/**
 * The delta of `ids` to the list of the turn before.
 *
 * Only ids beyond the shared prefix are checked: the others equal ids that were checked with the turn before.
 *
 * @throws RangeError naming the index of the first id that is no unsigned 32-bit integer.
 */
export function encodeBlocks(previous: ArrayLike<unknown>, ids: ArrayLike<unknown>): BlockDelta {
  const sharedBlocks = sharedPrefix(previous, ids)
  const ownBlocks = new Uint32Array(ids.length - sharedBlocks)
  for (let index = sharedBlocks; index < ids.length; index += 1) {
    const id = ids[index]
    if (typeof id !== 'number' || id >>> 0 !== id) throw new RangeError(`[${index}]`)
    ownBlocks[index - sharedBlocks] = id
  }
  return { sharedBlocks, ownBlocks }
}

function sharedPrefix(previous: ArrayLike<unknown>, ids: ArrayLike<unknown>): number {
  const most = Math.min(previous.length, ids.length)
  let shared = 0
  while (shared < most && previous[shared] === ids[shared]) shared += 1
  return shared
}
