import { createHmac } from 'node:crypto'

/** What a pseudonym of ours looks like. */
export const pseudonymShape = /^(?:id|model|agent|tool)-[0-9a-f]{16}$/

/**
 * Names by a secret salt: the same name always gets the same one, so that corpora of one salt may be joined, and without the salt nobody can try which
 * name it stands for. 64 bits are enough that no two of a billion names meet but by a chance of one in forty.
 */
export class Pseudonyms {
  readonly #salt: string
  readonly #known = new Map<string, string>()

  constructor(salt: string) {
    this.#salt = salt
  }

  of(kind: 'id' | 'model' | 'agent' | 'tool', name: string): string {
    const text = `${kind}\0${name}`
    const known = this.#known.get(text)
    if (known !== undefined) return known
    const pseudonym = `${kind}-${createHmac('sha256', this.#salt).update(text).digest('hex').slice(0, 16)}`
    this.#known.set(text, pseudonym)
    return pseudonym
  }
}
