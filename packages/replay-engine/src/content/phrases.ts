import type { AsciiPage } from './ascii-page.ts'
import { type ContentKey, mixed } from './content-key.ts'

const PHRASE_BITS = 14

/** One draw serves so many words, and still a block of 64 draws 112 bits. */
const LONGEST_PHRASE = 8

/**
 * A word and its space are copied as two pieces of this size, floating-point numbers: eight letters, spaces and zeros are never a NaN, whose
 * bits might change on the way.
 */
const PIECE_BYTES = 8
const WORD_BYTES = 2 * PIECE_BYTES

/** The most letters that a word may have. */
export const LONGEST_WORD = WORD_BYTES - 1

/**
 * Endless texts of random words, one for each key, made from a set of phrases.
 *
 * Every word has a space before it, so that pieces join without a seam. The words of a phrase are drawn anew whenever it is written: a
 * table of all phrases does not stay in a processor's caches between two prompts, and filling them takes longer than drawing.
 */
export class Phrases {
  /** Words in a phrase. Short blocks get short ones, so that two blocks seldom begin alike. */
  readonly #length: number
  /** Each word with its space before it, in two pieces. */
  readonly #pieces: Float64Array
  /** Bytes of each word with its space. */
  readonly #sizes: Uint32Array
  /** What stands for each word at the head of a text. */
  readonly #heads: readonly string[]

  /** `words`, `headWords`: at least one of each, of ASCII letters, none longer than `LONGEST_WORD`. */
  constructor(options: {
    readonly words: readonly string[]
    readonly headWords: readonly string[]
    readonly blockSize: number
  }) {
    const { words, headWords, blockSize } = options
    const heads = new Set(headWords)
    this.#length = Math.max(1, Math.min(LONGEST_PHRASE, blockSize >> 2))
    this.#sizes = Uint32Array.from(words, (word) => word.length + 1)
    this.#pieces = piecesOf(words)
    this.#heads = words.map((word, i) => (heads.has(word) ? word : headWords[i % headWords.length]!))
  }

  /** Writes word `index` of the text of `key` as the first of a text: no space before it, and one of the head words for one that is none. */
  writeHead(page: AsciiPage, key: ContentKey, index: number): void {
    const word = this.#phraseOf(key, Math.floor(index / this.#length)) * this.#length + (index % this.#length)
    page.write(this.#heads[(mixed(word + 1) % this.#heads.length) >>> 0]!)
  }

  /** Writes words `from` (inclusive) to `to` (exclusive) of the text of `key`; nothing where there are none between them. */
  write(page: AsciiPage, key: ContentKey, from: number, to: number): void {
    page.reserve(Math.max(0, to - from + 1) * WORD_BYTES)
    const length = this.#length
    const { view } = page
    let at = page.length
    let ordinal = Math.floor(from / length)
    let skipped = from - ordinal * length
    for (let left = to - from; left > 0; ordinal += 1) {
      const phrase = this.#phraseOf(key, ordinal)
      const count = Math.min(length - skipped, left)
      at = this.#copyWords(view, at, phrase * length + skipped, count)
      left -= count
      skipped = 0
    }
    page.length = at
  }

  #phraseOf(key: ContentKey, ordinal: number): number {
    return mixed(key.a + Math.imul(ordinal, key.b)) >>> (32 - PHRASE_BITS)
  }

  /** Copies `count` words to `at`, from word `first` on of all phrases in a row; returns where they end. */
  #copyWords(view: DataView, at: number, first: number, count: number): number {
    const pieces = this.#pieces
    const sizes = this.#sizes
    // Told that both are integers, the compiler divides as such: a whole prompt takes half as long.
    const wordCount = sizes.length >>> 0
    let end = at
    for (let i = first; i < first + count; i += 1) {
      const word = (mixed(i + 1) % wordCount) >>> 0
      // What the pieces hold beyond the word is overwritten by the next one.
      view.setFloat64(end, pieces[2 * word]!, true)
      view.setFloat64(end + PIECE_BYTES, pieces[2 * word + 1]!, true)
      end = (end + sizes[word]!) >>> 0
    }
    return end
  }
}

function piecesOf(words: readonly string[]): Float64Array {
  const bytes = new Uint8Array(words.length * WORD_BYTES)
  for (const [i, word] of words.entries()) new TextEncoder().encodeInto(` ${word}`, bytes.subarray(i * WORD_BYTES))
  const view = new DataView(bytes.buffer)
  return Float64Array.from({ length: words.length * 2 }, (_, i) => view.getFloat64(i * PIECE_BYTES, true))
}
