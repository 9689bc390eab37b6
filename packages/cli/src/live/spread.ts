/**
 * Percentiles of many values in little memory: values are counted in classes, each 2 % wider than the one before, so that what comes back
 * is within 1 % of a value seen. For looking at while a run is on; results are computed from the values themselves.
 */
export class Spread {
  readonly #classes = new Map<number, number>()
  #count = 0

  /** Values below a microsecond, if they are milliseconds, count as that. */
  add(value: number): void {
    const index = Math.round(Math.log(Math.max(value, smallest)) / step)
    this.#classes.set(index, (this.#classes.get(index) ?? 0) + 1)
    this.#count += 1
  }

  /** `undefined` while there is no value. */
  quantile(share: number): number | undefined {
    if (this.#count === 0) return undefined
    let left = Math.max(1, Math.ceil(share * this.#count))
    for (const index of [...this.#classes.keys()].sort((a, b) => a - b)) {
      left -= this.#classes.get(index)!
      if (left <= 0) return Math.exp(index * step)
    }
    return undefined
  }
}

const smallest = 1e-3
const step = Math.log(1.02)
