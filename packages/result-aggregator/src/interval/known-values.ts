/** Values of requests in the order of the requests, and what of them is known. */
export class KnownValues {
  /** `NaN` where a request has none, `Infinity` where it is only known to be large. */
  readonly all: Float64Array
  /** Rising, the finite ones alone. */
  readonly sorted: Float64Array
  /** How many are only known to be large. */
  readonly cutOff: number

  constructor(all: Float64Array) {
    // Not by `filter`, which keeps what it passes on as objects of their own for as long as it runs.
    const finite = new Float64Array(all.length)
    let [known, cutOff] = [0, 0]
    for (let i = 0; i < all.length; i += 1) {
      const value = all[i]!
      if (value === Infinity) cutOff += 1
      else if (Number.isFinite(value)) {
        finite[known] = value
        known += 1
      }
    }
    this.all = all
    this.sorted = finite.subarray(0, known).sort()
    this.cutOff = cutOff
  }

  get n(): number {
    return this.sorted.length + this.cutOff
  }
}
