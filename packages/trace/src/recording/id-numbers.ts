/** Dense numbers, from 0 in order of appearance, for block ids that may be any number or text. */
export class IdNumbers {
  readonly #numbers = new Map<number | string, number>()
  #next = 0

  /** @throws RangeError naming the index of the first that is no id. */
  of(ids: readonly unknown[]): Uint32Array {
    const numbers = new Uint32Array(ids.length)
    for (let i = 0; i < ids.length; i += 1) numbers[i] = this.#numberOf(ids[i], i)
    return numbers
  }

  /** One that no id has. */
  fresh(): number {
    if (this.#next > 0xffffffff) throw new RangeError('more than 4294967296 block ids')
    this.#next += 1
    return this.#next - 1
  }

  #numberOf(id: unknown, index: number): number {
    if (typeof id !== 'string' && !(Number.isSafeInteger(id) && (id as number) >= 0)) throw new RangeError(`[${index}]`)
    const known = this.#numbers.get(id as number | string)
    if (known !== undefined) return known
    const number = this.fresh()
    this.#numbers.set(id as number | string, number)
    return number
  }
}
