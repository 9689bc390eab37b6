/** A list of numbers that grows in place: eight bytes a value, however many there are. */
export class NumberList {
  #values = new Float64Array(256)
  #length = 0

  get length(): number {
    return this.#length
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = new Float64Array(this.#values.length * 2)
      larger.set(this.#values)
      this.#values = larger
    }
    this.#values[this.#length] = value
    this.#length += 1
  }

  /** A rising copy. */
  sorted(): Float64Array {
    return this.#values.slice(0, this.#length).sort()
  }
}
