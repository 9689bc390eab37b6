import { type ContentKey, mixed } from './content-key.ts'

const PHRASE_BITS = 14

/** One look-up serves so many words, and still a block of 64 draws 112 bits. */
const LONGEST_PHRASE = 8

/**
 * Endless texts of random words, one for each key, made from phrases that were put together beforehand.
 *
 * Every word has a space before it, so that pieces join without a seam.
 */
export class Phrases {
  /** Words in a phrase. Short blocks get short ones, so that two blocks seldom begin alike. */
  readonly #length: number
  readonly #phrases: readonly string[]
  readonly #words: readonly string[]
  /** Indices into `#words`, phrase after phrase. */
  readonly #picks: Uint32Array

  constructor(words: readonly string[], blockSize: number) {
    this.#words = words
    this.#length = Math.max(1, Math.min(LONGEST_PHRASE, blockSize >> 2))
    this.#picks = Uint32Array.from({ length: this.#length << PHRASE_BITS }, (_, i) => mixed(i + 1) % words.length)
    const phrases = Array.from({ length: 1 << PHRASE_BITS }, (_, phrase) => this.#part(phrase, 0, this.#length))
    // Joined and split again, each is one run of bytes; as sums of words they would be put together anew in every prompt.
    this.#phrases = phrases.join('\n').split('\n')
  }

  /** Words `from` (inclusive) to `to` (exclusive) of the text of `key`; empty where there are none between them. */
  text(key: ContentKey, from: number, to: number): string {
    const length = this.#length
    let text = ''
    let ordinal = Math.floor(from / length)
    let at = from
    while (at < to) {
      const phrase = mixed(key.a + Math.imul(ordinal, key.b)) >>> (32 - PHRASE_BITS)
      const start = ordinal * length
      const end = Math.min(start + length, to)
      text += end - at === length ? this.#phrases[phrase] : this.#part(phrase, at - start, end - start)
      ordinal += 1
      at = end
    }
    return text
  }

  #part(phrase: number, from: number, to: number): string {
    let text = ''
    for (let i = from; i < to; i += 1) text += ` ${this.#words[this.#picks[phrase * this.#length + i]!]}`
    return text
  }
}
