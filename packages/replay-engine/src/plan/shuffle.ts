import { seededRandom, shuffledOrder } from './seeded-random.ts'

/** An endless shuffle of `count` things: each pass is a permutation of its own, drawn from (seed, pass). */
export class Shuffle {
  readonly #seed: number
  readonly #count: number
  /** Orders of recent passes. Lanes stay within a few passes of each other, and an order is cheap to make again. */
  readonly #orders = new Map<number, Uint32Array>()

  constructor({ seed, count }: { readonly seed: number; readonly count: number }) {
    this.#seed = seed
    this.#count = count
  }

  /** Which thing stands at the place, and in which pass that is. */
  at(position: number): { readonly index: number; readonly pass: number } {
    const pass = Math.floor(position / this.#count)
    return { index: this.#orderOf(pass)[position % this.#count]!, pass }
  }

  #orderOf(pass: number): Uint32Array {
    const known = this.#orders.get(pass)
    if (known) return known
    const order = shuffledOrder(this.#count, seededRandom(this.#seed, 'order of pass', pass))
    this.#orders.set(pass, order)
    if (this.#orders.size > ORDERS_KEPT) this.#orders.delete(this.#orders.keys().next().value!)
    return order
  }
}

const ORDERS_KEPT = 64
