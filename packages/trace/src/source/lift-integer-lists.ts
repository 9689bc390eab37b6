import type { LongIntegers } from '../recording/hash-numbers.ts'
import { listStarts, passBlanks, quotedKeys } from './list-starts.ts'

/** A JSON text without its long lists of integers; in the place of each stands `[k]`, its index in `lists`. */
export interface LiftedText {
  readonly text: string
  readonly lists: readonly LongIntegers[]
}

/**
 * Takes the lists under some keys of a JSON text out of its bytes before it is parsed. They make up nearly all of a recording, and `JSON.parse`
 * would round their integers.
 *
 * A list that is not one of unsigned 64-bit integers is left as one text, that of its first wrong element, for the reader to name.
 */
export class ListLifter {
  readonly #keys: readonly Buffer[]
  #high = new Uint32Array(4096)
  #low = new Uint32Array(4096)
  #used = 0

  constructor(keys: readonly string[]) {
    this.#keys = quotedKeys(keys)
  }

  /** The lists are valid until the next call. */
  lift(bytes: Buffer): LiftedText {
    this.#used = 0
    const spans: { readonly from: number; readonly to: number }[] = []
    const parts: string[] = []
    let done = 0
    for (const start of listStarts(bytes, this.#keys)) {
      if (start < done) continue
      const from = this.#used
      const end = this.#read(bytes, start)
      parts.push(bytes.toString('utf8', done, start))
      if (typeof end === 'number') {
        parts.push(`[${spans.length}]`)
        spans.push({ from, to: this.#used })
        done = end
        continue
      }
      this.#used = from
      parts.push(`[${JSON.stringify(end.wrong)}]`)
      done = end.to
    }
    parts.push(bytes.toString('utf8', done))
    const lists = spans.map(({ from, to }) => ({
      length: to - from,
      high: this.#high.subarray(from, to),
      low: this.#low.subarray(from, to),
    }))
    return { text: parts.join(''), lists }
  }

  /** Reads the list that begins there; returns where it ends, or its first element that is no such integer. */
  #read(bytes: Buffer, start: number): number | { readonly wrong: string; readonly to: number } {
    let at = passBlanks(bytes, start + 1)
    if (bytes[at] === 0x5d) return at + 1
    for (;;) {
      const end = endOfDigits(bytes, at)
      const next = passBlanks(bytes, end)
      if (end === at || (bytes[next] !== 0x2c && bytes[next] !== 0x5d) || !this.#keep(bytes, at, end))
        return wrongElement(bytes, at)
      if (bytes[next] === 0x5d) return next + 1
      at = passBlanks(bytes, next + 1)
    }
  }

  /** False for more than 64 bits, and for digits behind a leading 0. */
  #keep(bytes: Buffer, from: number, to: number): boolean {
    if (to - from > 20 || (bytes[from] === 0x30 && to - from > 1)) return false
    // Fifteen digits fit into a double, and so do the at most five that may follow.
    const middle = Math.min(to, from + 15)
    const head = numberOf(bytes, from, middle)
    const factor = 10 ** (to - middle)
    const low = (head % 0x1_0000_0000) * factor + numberOf(bytes, middle, to)
    const high = Math.floor(head / 0x1_0000_0000) * factor + Math.floor(low / 0x1_0000_0000)
    if (high > 0xffff_ffff) return false
    if (this.#used === this.#high.length) this.#grow()
    this.#high[this.#used] = high
    this.#low[this.#used] = low % 0x1_0000_0000
    this.#used += 1
    return true
  }

  #grow(): void {
    const [high, low] = [this.#high, this.#low]
    this.#high = new Uint32Array(2 * high.length)
    this.#low = new Uint32Array(2 * low.length)
    this.#high.set(high)
    this.#low.set(low)
  }
}

function endOfDigits(bytes: Buffer, from: number): number {
  let at = from
  while (bytes[at]! >= 0x30 && bytes[at]! <= 0x39) at += 1
  return at
}

function numberOf(bytes: Buffer, from: number, to: number): number {
  let number = 0
  for (let at = from; at < to; at += 1) number = 10 * number + bytes[at]! - 0x30
  return number
}

/** Up to the list's bracket, which a nested list hides: what is left then is no JSON, and told as that. */
function wrongElement(bytes: Buffer, at: number): { readonly wrong: string; readonly to: number } {
  const end = bytes.indexOf(0x5d, at)
  const to = end < 0 ? bytes.length : end + 1
  const comma = bytes.indexOf(0x2c, at)
  const wrong = bytes.toString('utf8', at, Math.min(comma < 0 ? to : comma, end < 0 ? to : end, at + 40))
  return { wrong, to }
}
