/** Values of requests in the order of the requests, and what of them is known. */
export class KnownValues {
  /** `NaN` where a request has none, `Infinity` where it is only known to be large. */
  readonly all: Float64Array
  /** Rising, the finite ones alone. */
  readonly sorted: Float64Array
  /** How many are only known to be large. */
  readonly cutOff: number

  constructor(all: Float64Array) {
    this.all = all
    this.sorted = all.filter(Number.isFinite).sort()
    this.cutOff = all.reduce((count, value) => count + (value === Infinity ? 1 : 0), 0)
  }

  get n(): number {
    return this.sorted.length + this.cutOff
  }
}
