import type { TokenizeText } from './probe-counts.ts'
import { bothHalves, type Sifted } from './sift-words.ts'

const WORDS_PER_TEXT = 512

/**
 * The words that are one token each after a space, from the lengths of texts alone: one of another length than it has words is halved, until the
 * words at fault are found.
 */
export async function siftByCount(words: readonly string[], tokenize: TokenizeText): Promise<Sifted> {
  const opening = words[0] ?? ''
  const openingTokens = (await tokenize(opening))?.count ?? 0
  return siftAfter(words, { separator: ' ', separatorTokens: 0, opening, openingTokens, tokenize })
}

/** The same of words behind a line end. */
export async function siftHeadsByCount(words: readonly string[], tokenize: TokenizeText): Promise<Sifted> {
  const opening = words[0] ?? ''
  const openingTokens = (await tokenize(opening))?.count ?? 0
  const separatorTokens = await lineEndTokens(words, tokenize)
  if (separatorTokens === undefined) return { ones: [], unasked: words }
  return siftAfter(words, { separator: '\n', separatorTokens, opening, openingTokens, tokenize })
}

interface Asking {
  readonly tokenize: TokenizeText
  /** Every text begins with it, so that each word in question has the separator before it. */
  readonly opening: string
  readonly openingTokens: number
  readonly separator: string
  readonly separatorTokens: number
}

async function siftAfter(words: readonly string[], asking: Asking): Promise<Sifted> {
  if (words.length > WORDS_PER_TEXT) return bothHalves(words, (half) => siftAfter(half, asking))
  if (words.length === 0) return { ones: [], unasked: [] }
  const { tokenize, opening, openingTokens, separator, separatorTokens } = asking
  const tokens = (await tokenize([opening, ...words].join(separator)))?.count
  if (tokens === openingTokens + words.length * (1 + separatorTokens)) return { ones: words, unasked: [] }
  if (words.length === 1) return { ones: [], unasked: tokens === undefined ? words : [] }
  return bothHalves(words, (half) => siftAfter(half, asking))
}

/** What a line end between two words counts for; undefined where it cannot be told. A word after one is bare. */
async function lineEndTokens(words: readonly string[], tokenize: TokenizeText): Promise<number | undefined> {
  for (const word of words.slice(0, 8)) {
    const alone = (await tokenize(word))?.count
    const both = (await tokenize(`${word}\n${word}`))?.count
    const lineEnd = alone === undefined || both === undefined ? -1 : both - alone - 1
    if (lineEnd === 0 || lineEnd === 1) return lineEnd
  }
  return undefined
}
