import { KeyNumbers } from './key-numbers.ts'

/** So many engines have a bit each in a number. */
const mostInOne = 31

/** Which blocks the engines of a fleet hold, by what they told of them: of all engines in one walk along a prompt. */
export class HeldBlocks {
  readonly #engines: number
  /** Of up to 31 engines each: which of them hold a block. */
  readonly #holders: readonly KeyNumbers[]

  constructor(engines: number) {
    this.#engines = engines
    this.#holders = Array.from({ length: Math.ceil(engines / mostInOne) }, () => new KeyNumbers())
  }

  /** Keys that an engine holds from now on, negative those that it no longer holds. */
  apply(engine: number, changes: readonly number[]): void {
    const holders = this.#holders[Math.floor(engine / mostInOne)]!
    const bit = 1 << (engine % mostInOne)
    for (const key of changes) {
      if (key > 0) holders.set(key, holders.get(key) | bit)
      else holders.set(-key, holders.get(-key) & ~bit)
    }
  }

  /** Of each engine: how many of the first `count` blocks of a prompt it holds, from the first one on without a gap. */
  overlaps(keys: Float64Array, count: number): number[] {
    const overlaps = new Array<number>(this.#engines).fill(0)
    for (const [group, holders] of this.#holders.entries()) {
      let holding = -1
      for (let at = 0; at < count; at += 1) {
        const still = holding & holders.get(keys[at]!)
        if (still !== holding) noteLost(overlaps, { lost: holding & ~still, group, blocks: at })
        holding = still
        if (holding === 0) break
      }
      noteLost(overlaps, { lost: holding, group, blocks: count })
    }
    return overlaps
  }
}

function noteLost(
  overlaps: number[],
  { lost, group, blocks }: { readonly lost: number; readonly group: number; readonly blocks: number },
): void {
  const first = group * mostInOne
  for (let bit = 0; bit < mostInOne && first + bit < overlaps.length; bit += 1)
    if ((lost >>> bit) & 1) overlaps[first + bit] = blocks
}
