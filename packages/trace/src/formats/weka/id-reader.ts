import type { BlockNumbers } from '../../recording/block-numbers.ts'
import { InvalidTrace } from '../../recording/invalid-trace.ts'

/** Reads id lists, all as numbers or all as text, and numbers the text. */
export class IdReader {
  kind: 'number' | 'text' | undefined
  readonly #numbers: BlockNumbers
  readonly #blocks: readonly Uint32Array[] | undefined

  /** `blocks`: lists of numbers; where they are there, each list in the record is the index of its own. */
  constructor(numbers: BlockNumbers, blocks?: readonly Uint32Array[]) {
    this.#numbers = numbers
    this.#blocks = blocks
  }

  read(ids: readonly unknown[], path: string): ArrayLike<unknown> {
    if (this.#blocks && ids.length > 0) return this.#lifted(this.#blocks[ids[0] as number]!)
    if (ids.length === 0) return ids
    const kind = typeof ids[0] === 'string' ? 'text' : 'number'
    this.kind ??= kind
    if (kind !== this.kind) throw new InvalidTrace(`${path}.hash_ids: numbers and text are mixed; write all ids alike`)
    return kind === 'number' ? ids : ids.map((id) => (typeof id === 'string' ? this.#numberOf(id) : undefined))
  }

  #lifted(ids: Uint32Array): Uint32Array {
    if (ids.length > 0) this.kind = 'number'
    return ids
  }

  #numberOf(id: string): number {
    const known = this.#numbers.get(id)
    if (known !== undefined) return known
    const number = this.#numbers.size
    this.#numbers.set(id, number)
    return number
  }
}
