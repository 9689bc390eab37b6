/**
 * Numbers in [0, 1), the same ones whenever seed and purpose are the same.
 *
 * Every random choice of a plan takes its own stream, named by what it is for, so that adding a choice moves no other.
 *
 * Source: sfc32, Chris Doty-Humphrey's PractRand; its state is filled by MurmurHash3's 32-bit finalizer over the key.
 */
export function seededRandom(seed: number, ...purpose: readonly (string | number)[]): () => number {
  const key = JSON.stringify([seed, ...purpose])
  let a = hash(key, 0x9e3779b9)
  let b = hash(key, 0x85ebca6b)
  let c = hash(key, 0xc2b2ae35)
  let counter = 1
  const next = () => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    return (sum >>> 0) / 2 ** 32
  }
  // Keys that differ in one bit are told apart by every number only after a few rounds.
  for (let round = 0; round < 12; round += 1) next()
  return next
}

/** A permutation of 0 .. count-1. Source: Fisher and Yates. */
export function shuffledOrder(count: number, random: () => number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i)
  for (let last = count - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1))
    const moved = order[last]!
    order[last] = order[other]!
    order[other] = moved
  }
  return order
}

function hash(key: string, start: number): number {
  let h = start
  for (let i = 0; i < key.length; i += 1) {
    h = Math.imul(h ^ key.charCodeAt(i), 0x01000193)
    h ^= h >>> 15
  }
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}
