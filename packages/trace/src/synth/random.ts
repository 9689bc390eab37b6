/** Draws uniformly from [0, 1). */
export type Random = () => number

/**
 * A generator for one purpose: the same (seed, purpose) always gives the same draws, whatever else was drawn before.
 *
 * The purpose is hashed (FNV-1a, four lanes) into the state of an sfc32.
 */
export function randomFor(seed: number, ...purpose: readonly (string | number)[]): Random {
  const key = JSON.stringify([seed, ...purpose])
  let [a, b, c, counter] = [hashOf(key, 0x811c9dc5), hashOf(key, 0x9e3779b9), hashOf(key, 0x85ebca6b), 1]
  const next = (): number => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return (sum >>> 0) / 4294967296
  }
  for (let round = 0; round < 12; round += 1) next()
  return next
}

/** A whole number from `min` to `max`, both included. */
export function wholeBetween(random: Random, min: number, max: number): number {
  return min + Math.floor(random() * (max - min + 1))
}

/** 0 ... `count` - 1 in random order (Fisher-Yates). */
export function shuffled(random: Random, count: number): number[] {
  const order = Array.from({ length: count }, (_, index) => index)
  for (let last = count - 1; last > 0; last -= 1) {
    const other = wholeBetween(random, 0, last)
    ;[order[last], order[other]] = [order[other]!, order[last]!]
  }
  return order
}

const cards = 100

/**
 * Draws like `random`, but evenly: of every hundred draws one lies in each hundredth, in random order. What is drawn so has the
 * distribution that it is drawn from although it is few.
 */
export function evenly(random: Random): Random {
  let deck: number[] = []
  return () => {
    if (deck.length === 0) deck = shuffled(random, cards)
    return (deck.pop()! + random()) / cards
  }
}

function hashOf(text: string, start: number): number {
  let hash = start
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return hash ^ (hash >>> 15)
}
