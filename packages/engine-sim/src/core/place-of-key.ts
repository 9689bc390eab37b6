/** Where a key, a positive integer, is among others in a hash table that is not full, or would be. The length is a power of 2; 0 stands where there is none. */
export function placeOfKey(keys: Float64Array, key: number): number {
  const mask = keys.length - 1
  let at = homeOf(key) & mask
  while (keys[at] !== 0 && keys[at] !== key) at = (at + 1) & mask
  return at
}

/**
 * Takes a key out; which place is empty then. What stands behind moves up, as far as it may stand there: nothing is looked for past an empty place. `move` hears
 * from where and to where.
 */
export function takeKeyOut(keys: Float64Array, place: number, move: (from: number, to: number) => void): number {
  const mask = keys.length - 1
  let empty = place
  for (let at = (place + 1) & mask; keys[at] !== 0; at = (at + 1) & mask) {
    const home = homeOf(keys[at]!) & mask
    if (((at - home) & mask) < ((at - empty) & mask)) continue
    keys[empty] = keys[at]!
    move(at, empty)
    empty = at
  }
  keys[empty] = 0
  return empty
}

function homeOf(key: number): number {
  return Math.imul((key | 0) ^ ((key * 2 ** -32) | 0), 0x9e3779b1) >>> 7
}
