/**
 * Which block each free one follows, so that a prefix is evicted from its end: the first free block behind which nothing free is left goes.
 *
 * A block is told by its number and by how often its content has changed, so that what followed an evicted block follows nothing.
 * Source: the `lineage` backend of Dynamo's block manager (leaves first along chains of parents; ../shared/spec/dynamo.md 4.6).
 */
export class Lineage {
  readonly #parent: Int32Array
  readonly #parentLife: Int32Array
  readonly #life: Int32Array
  readonly #freeChildren: Int32Array
  readonly #isFree: Uint8Array

  constructor(numBlocks: number) {
    this.#parent = new Int32Array(numBlocks)
    this.#parentLife = new Int32Array(numBlocks)
    this.#life = new Int32Array(numBlocks)
    this.#freeChildren = new Int32Array(numBlocks)
    this.#isFree = new Uint8Array(numBlocks)
  }

  /** A held block got its content behind that of another; 0: it begins a chain. */
  follow(block: number, parent: number): void {
    this.#parent[block] = parent
    this.#parentLife[block] = this.#life[parent]!
  }

  freed(block: number): void {
    this.#isFree[block] = 1
    this.#count(block, 1)
  }

  held(block: number): void {
    if (this.#isFree[block] === 0) return
    this.#isFree[block] = 0
    this.#count(block, -1)
  }

  /** Its content is gone. */
  forget(block: number): void {
    this.#life[block]! += 1
    this.#parent[block] = 0
    this.#freeChildren[block] = 0
  }

  /** All content is gone. */
  clear(): void {
    for (let block = 1; block < this.#life.length; block += 1) this.forget(block)
  }

  /** The first block of the free queue behind which no free one is; there is one, as chains have ends. `next` is the queue, from `head` on. */
  firstLeaf(head: number, next: Int32Array): number {
    let block = head
    while (block !== 0 && this.#freeChildren[block]! > 0) block = next[block]!
    return block === 0 ? head : block
  }

  #count(block: number, change: number): void {
    const parent = this.#parent[block]!
    if (parent !== 0 && this.#parentLife[block] === this.#life[parent]) this.#freeChildren[parent]! += change
  }
}
