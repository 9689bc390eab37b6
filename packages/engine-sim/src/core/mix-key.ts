/** Largest key plus one: keys have 52 bits, so that every one is an exact double. */
const high20 = 0xfffff
const twoTo32 = 4294967296

/**
 * Mixes a parent key and a value into a new key: a positive integer below 2^52, the same for the same pair.
 *
 * Not cryptographic: two different pairs share a key with probability 2^-52. Both arguments are non-negative integers below 2^53.
 */
export function mixKey(parent: number, value: number): number {
  const valueHigh = (value / twoTo32) | 0
  const parentHigh = (parent / twoTo32) | 0
  let low = (parent ^ Math.imul(value ^ 0x9e3779b9, 0x85ebca6b)) | 0
  // Both halves depend on the low half of the value, or small arguments would meet in 32 bits.
  let high =
    (parentHigh ^ Math.imul(valueHigh + 0x27d4eb2f, 0xc2b2ae35) ^ Math.imul(value ^ 0x165667b1, 0x9e3779b1)) | 0
  low = Math.imul(low ^ (low >>> 15) ^ (high << 7), 0x2c1b3c6d)
  high = Math.imul(high ^ (high >>> 13) ^ low, 0x297a2d39)
  low = Math.imul(low ^ (low >>> 16) ^ high, 0x7feb352d)
  high ^= high >>> 15
  low ^= low >>> 13
  const key = (high & high20) * twoTo32 + (low >>> 0)
  return key === 0 ? 1 : key
}

/** A key for a text: FNV-1a over its UTF-16 units from two starting points, mixed. */
export function keyOfText(text: string): number {
  let one = 0x811c9dc5
  let two = 0x1b873593 ^ text.length
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at)
    one = Math.imul(one ^ unit, 0x01000193)
    two = Math.imul(two ^ unit, 0x5bd1e995) ^ (two >>> 15)
  }
  return mixKey(one >>> 0, two >>> 0)
}
