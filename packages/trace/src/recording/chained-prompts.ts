/**
 * Keeps the id lists of many prompts in little memory. Where an id stands for a whole prefix, as chained hashes do, a list is known by its
 * last id; a list that says otherwise is kept as it is.
 */
export class ChainedPrompts {
  /** By id: the one before it, plus 2; 1 for the first of a prompt, 0 where the id is new. */
  #before = new Uint32Array(1024)
  readonly #odd = new Map<number, Uint32Array>()
  readonly #kept: { readonly last: number; readonly length: number }[] = []

  /** Returns the number by which `of` gives the list back. */
  add(ids: Uint32Array): number {
    const index = this.#kept.length
    if (!this.#follows(ids)) this.#odd.set(index, ids)
    this.#kept.push({ last: ids.at(-1) ?? 0, length: ids.length })
    return index
  }

  of(index: number): Uint32Array {
    const odd = this.#odd.get(index)
    if (odd) return odd
    const { last, length } = this.#kept[index]!
    const ids = new Uint32Array(length)
    for (let i = length - 1, id = last; i >= 0; i -= 1) {
      ids[i] = id
      id = this.#before[id]! - 2
    }
    return ids
  }

  #follows(ids: Uint32Array): boolean {
    for (let i = 0; i < ids.length; i += 1) {
      const id = ids[i]!
      if (id >= this.#before.length) this.#grow(id)
      const before = i === 0 ? 1 : ids[i - 1]! + 2
      if (this.#before[id] === 0) this.#before[id] = before
      else if (this.#before[id] !== before) return false
    }
    return true
  }

  #grow(id: number): void {
    const grown = new Uint32Array(Math.max(id + 1, 2 * this.#before.length))
    grown.set(this.#before)
    this.#before = grown
  }
}
