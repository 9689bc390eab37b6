/**
 * Content key -> the blocks that hold it, in the order in which they got it. A key may have several; `first` gives the oldest.
 *
 * A chained hash table over typed arrays, sized once for the number of blocks; no allocation after that. A chain grows at its end, so
 * the first match in it is the oldest. Blocks are numbers from 1 up; 0 means none.
 */
export class KeyIndex {
  /** Number of (block, key) pairs held. */
  size = 0
  readonly #keyOfBlock: Float64Array
  /** First block of each chain, and the next one after a block. */
  readonly #first: Int32Array
  readonly #next: Int32Array
  readonly #mask: number
  /** 1 where an older block had the same key when this one got it; a block without the mark is the oldest for as long as it has its key. */
  readonly #younger: Uint8Array

  constructor(numBlocks: number) {
    const chains = 2 ** Math.ceil(Math.log2(numBlocks * 2))
    this.#keyOfBlock = new Float64Array(numBlocks)
    this.#first = new Int32Array(chains)
    this.#next = new Int32Array(numBlocks)
    this.#mask = chains - 1
    this.#younger = new Uint8Array(numBlocks)
  }

  /** The block that has had this key for longest; 0 when none has it. `guess`: a block that may well be it, which spares the search. */
  first(key: number, guess = 0): number {
    if (this.isFirst(guess, key)) return guess
    let block = this.#first[hashOf(key) & this.#mask]!
    while (block !== 0 && this.#keyOfBlock[block] !== key) block = this.#next[block]!
    return block
  }

  /** Whether a block has had this key for longest, as far as that can be told without a search; 0 is none. */
  isFirst(block: number, key: number): boolean {
    return this.#keyOfBlock[block] === key && this.#younger[block] === 0
  }

  /** 0 when it has none. */
  keyOf(block: number): number {
    return this.#keyOfBlock[block]!
  }

  has(block: number): boolean {
    return this.#keyOfBlock[block] !== 0
  }

  /** Gives a key to a block that has none. */
  add(block: number, key: number): void {
    const chain = hashOf(key) & this.#mask
    this.#next[block] = 0
    this.#younger[block] = 0
    this.size += 1
    let last = 0
    for (let other = this.#first[chain]!; other !== 0; other = this.#next[other]!) {
      if (this.#keyOfBlock[other] === key) this.#younger[block] = 1
      last = other
    }
    this.#keyOfBlock[block] = key
    if (last === 0) this.#first[chain] = block
    else this.#next[last] = block
  }

  /** Takes the key of a block that has one away. */
  remove(block: number): void {
    const chain = hashOf(this.#keyOfBlock[block]!) & this.#mask
    this.#keyOfBlock[block] = 0
    this.size -= 1
    const first = this.#first[chain]!
    if (first === block) {
      this.#first[chain] = this.#next[block]!
      return
    }
    let before = first
    while (this.#next[before] !== block) before = this.#next[before]!
    this.#next[before] = this.#next[block]!
  }
}

function hashOf(key: number): number {
  const low = Math.imul(key | 0, 0x9e3779b1)
  const high = Math.imul((key * 2 ** -32) | 0, 0x85ebca6b)
  return low ^ high ^ (low >>> 15)
}
