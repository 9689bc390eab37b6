/** A list of numbers that grows piece by piece: eight bytes a value, however many there are, and none of them is moved while it grows. */
export class NumberList {
  readonly #full: Float64Array[] = []
  #piece: Float64Array
  #used = 0
  #length = 0

  /** `room`: for so many at first. */
  constructor(room = 256) {
    this.#piece = new Float64Array(room)
  }

  get length(): number {
    return this.#length
  }

  push(value: number): void {
    if (this.#used === this.#piece.length) {
      this.#full.push(this.#piece)
      this.#piece = new Float64Array(Math.min(LARGEST_PIECE, 2 * this.#piece.length))
      this.#used = 0
    }
    this.#piece[this.#used] = value
    this.#used += 1
    this.#length += 1
  }

  /** Piece by piece in the order in which they came; lists that were given equally many have equal pieces. */
  pieces(): readonly Float64Array[] {
    return [...this.#full, this.#piece.subarray(0, this.#used)]
  }

  /** A copy in the order in which they came. */
  values(): Float64Array {
    const all = new Float64Array(this.#length)
    let at = 0
    for (const piece of this.pieces()) {
      all.set(piece, at)
      at += piece.length
    }
    return all
  }

  /** A rising copy. */
  sorted(): Float64Array {
    return this.values().sort()
  }
}

const LARGEST_PIECE = 65_536
