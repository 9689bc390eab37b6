/** A list of numbers that grows in place: eight bytes a value, however many there are. */
export class NumberList {
  #values: Float64Array
  #length = 0

  /** `room`: for so many at first. */
  constructor(room = 256) {
    this.#values = new Float64Array(room)
  }

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
