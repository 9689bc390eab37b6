import type { BlockRun } from './block-run.ts'

/**
 * Content key -> the blocks that hold it, in the order in which they got it. A key may have several; `first` gives the oldest.
 *
 * A chained hash table over typed arrays, sized once for the number of blocks. A chain grows at its end, so the first match in it is the oldest.
 * Entries are numbers from 1 up; 0 means none. An entry says in which run its block was put, and at which place of it.
 */
export class KeyIndex {
  /** Number of entries held. */
  size = 0
  /** First entry of each chain. */
  readonly #first: Int32Array
  readonly #mask: number
  /** Of each entry, in one cache line: its key, and as 32-bit numbers the next entry of its chain, or of the free ones, and the block's place. */
  readonly #keys: Float64Array
  readonly #links: Int32Array
  readonly #runs: (BlockRun | undefined)[]
  #free = 1

  constructor(numBlocks: number) {
    const chains = 2 ** Math.ceil(Math.log2(numBlocks * 2))
    this.#first = new Int32Array(chains)
    this.#mask = chains - 1
    this.#keys = new Float64Array(2 * (numBlocks + 1))
    this.#links = new Int32Array(this.#keys.buffer)
    this.#runs = Array.from({ length: numBlocks + 1 }, () => undefined)
    for (let entry = 1; entry < numBlocks; entry += 1) this.#links[4 * entry + 2] = entry + 1
  }

  has(key: number): boolean {
    return this.#entryOf(key) !== 0
  }

  /** The run of the block that has had this key for longest. */
  first(key: number): BlockRun | undefined {
    const entry = this.#entryOf(key)
    return entry === 0 ? undefined : this.#runOf(entry)
  }

  /** Notes a block of a run that got a key. */
  add(key: number, run: BlockRun, block: number): void {
    const keys = this.#keys
    const links = this.#links
    const entry = this.#free
    this.#free = links[4 * entry + 2]!
    keys[2 * entry] = key
    links[4 * entry + 2] = 0
    links[4 * entry + 3] = block
    this.#runs[entry] = run
    this.size += 1
    const chain = hashOf(key) & this.#mask
    let last = this.#first[chain]!
    if (last === 0) {
      this.#first[chain] = entry
      return
    }
    for (let next = links[4 * last + 2]!; next !== 0; next = links[4 * last + 2]!) last = next
    links[4 * last + 2] = entry
  }

  /** A block of a run loses its key. Whether another has it. */
  remove(key: number, run: BlockRun): boolean {
    const keys = this.#keys
    const links = this.#links
    const chain = hashOf(key) & this.#mask
    let isElsewhere = false
    let isRemoved = false
    let before = 0
    for (let entry = this.#first[chain]!; entry !== 0; ) {
      const next = links[4 * entry + 2]!
      if (keys[2 * entry] !== key) before = entry
      else if (!isRemoved && this.#runOf(entry) === run) {
        isRemoved = true
        if (before === 0) this.#first[chain] = next
        else links[4 * before + 2] = next
        this.#drop(entry)
      } else {
        isElsewhere = true
        before = entry
      }
      entry = next
    }
    return isElsewhere
  }

  #entryOf(key: number): number {
    const keys = this.#keys
    const links = this.#links
    let entry = this.#first[hashOf(key) & this.#mask]!
    while (entry !== 0 && keys[2 * entry] !== key) entry = links[4 * entry + 2]!
    return entry
  }

  #runOf(entry: number): BlockRun | undefined {
    return this.#runs[entry]!.partWith(this.#links[4 * entry + 3]!)
  }

  #drop(entry: number): void {
    this.#runs[entry] = undefined
    this.#links[4 * entry + 2] = this.#free
    this.#free = entry
    this.size -= 1
  }
}

function hashOf(key: number): number {
  const low = Math.imul(key | 0, 0x9e3779b1)
  const high = Math.imul((key * 2 ** -32) | 0, 0x85ebca6b)
  return low ^ high ^ (low >>> 15)
}
