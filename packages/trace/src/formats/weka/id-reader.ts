import type { BlockNumbers } from '../../recording/block-numbers.ts'
import { InvalidTrace } from '../../recording/invalid-trace.ts'

/** Reads id lists, all as numbers or all as text, and numbers the text. */
export class IdReader {
  kind: 'number' | 'text' | undefined
  readonly #numbers: BlockNumbers

  constructor(numbers: BlockNumbers) {
    this.#numbers = numbers
  }

  read(ids: readonly unknown[], path: string): readonly unknown[] {
    if (ids.length === 0) return ids
    const kind = typeof ids[0] === 'string' ? 'text' : 'number'
    this.kind ??= kind
    if (kind !== this.kind) throw new InvalidTrace(`${path}.hash_ids: numbers and text are mixed; write all ids alike`)
    return kind === 'number' ? ids : ids.map((id) => (typeof id === 'string' ? this.#numberOf(id) : undefined))
  }

  #numberOf(id: string): number {
    const known = this.#numbers.get(id)
    if (known !== undefined) return known
    const number = this.#numbers.size
    this.#numbers.set(id, number)
    return number
  }
}
