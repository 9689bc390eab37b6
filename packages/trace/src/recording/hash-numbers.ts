/** A list of unsigned 64-bit integers, each as two halves; valid until the next record is read. */
export interface LongIntegers {
  readonly length: number
  readonly high: Uint32Array
  readonly low: Uint32Array
}

/** The values that dense block ids stand for. */
export interface BlockHashes {
  /** Of ids below it a value is known. */
  readonly count: number
  of(id: number): bigint
}

/**
 * Dense numbers, from 0 in order of appearance, for 64-bit hashes. Sixteen bytes each and no object: a recording of a few GB has millions.
 */
export class HashNumbers implements BlockHashes {
  #high = new Uint32Array(1024)
  #low = new Uint32Array(1024)
  /** Number plus 1 by slot; 0 is free. Twice as long as the lists at least, so that a free slot is near. */
  #slots = new Uint32Array(2048)
  #count = 0

  get count(): number {
    return this.#count
  }

  numbersOf({ high, low, length }: LongIntegers): Uint32Array {
    const numbers = new Uint32Array(length)
    for (let i = 0; i < length; i += 1) numbers[i] = this.#numberOf(high[i]!, low[i]!)
    return numbers
  }

  of(id: number): bigint {
    return (BigInt(this.#high[id]!) << 32n) | BigInt(this.#low[id]!)
  }

  #numberOf(high: number, low: number): number {
    const slot = this.#slotOf(high, low)
    const known = this.#slots[slot]!
    if (known > 0) return known - 1
    const number = this.#count
    if (number === this.#high.length) return this.#grown(high, low)
    this.#high[number] = high
    this.#low[number] = low
    this.#count += 1
    this.#slots[slot] = this.#count
    return number
  }

  /** The one that holds the hash, or the free one where it belongs. */
  #slotOf(high: number, low: number): number {
    const mask = this.#slots.length - 1
    // The hashes may be small numbers, so their bits are spread.
    let slot = Math.imul(high ^ Math.imul(low, 0x9e3779b1), 0x85ebca6b) >>> 0
    slot = (slot ^ (slot >>> 15)) & mask
    for (let held = this.#slots[slot]!; held > 0; held = this.#slots[slot]!) {
      if (this.#low[held - 1] === low && this.#high[held - 1] === high) return slot
      slot = (slot + 1) & mask
    }
    return slot
  }

  #grown(high: number, low: number): number {
    this.#high = enlarged(this.#high)
    this.#low = enlarged(this.#low)
    this.#slots = new Uint32Array(2 * this.#slots.length)
    for (let number = 0; number < this.#count; number += 1)
      this.#slots[this.#slotOf(this.#high[number]!, this.#low[number]!)] = number + 1
    return this.#numberOf(high, low)
  }
}

function enlarged(list: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(2 * list.length)
  larger.set(list)
  return larger
}
