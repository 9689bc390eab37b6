import type { CountText } from './probe-counts.ts'

const WORDS_PER_TEXT = 512

/** A vocabulary in which hardly any word is one token would take a text for every word. */
const MOST_TEXTS = 400

/** With fewer, texts of different blocks would look too much alike. */
const FEWEST_WORDS = 64

export interface CheckedWords {
  readonly words: readonly string[]
  readonly notes: readonly string[]
}

/**
 * The words that are one token each in the server's tokenizer, after a space and bare; all of them where it cannot be asked.
 *
 * Words are asked for in long texts; only a text of the wrong length is halved, until the words at fault are found.
 */
export async function checkWords(words: readonly string[], count: CountText | undefined): Promise<CheckedWords> {
  if (!count) return { words, notes: ['The server has no /tokenize: its words are taken to be one token each.'] }
  const opening = words[0] ?? ''
  const openingTokens = (await count(opening)) ?? 0
  const asking = { count, budget: { texts: MOST_TEXTS }, opening, openingTokens }
  const afterSpace = await ones(words, { ...asking, separator: ' ', separatorTokens: 0 })
  const separatorTokens = await lineEndTokens(afterSpace, count)
  const bare =
    separatorTokens === undefined ? afterSpace : await ones(afterSpace, { ...asking, separator: '\n', separatorTokens })
  if (bare.length >= FEWEST_WORDS) return { words: bare, notes: [] }
  return {
    words,
    notes: [
      `Only ${bare.length} of ${words.length} words are one token in the server's tokenizer: prompts are not exact.`,
    ],
  }
}

interface Asking {
  readonly count: CountText
  /** Is counted down. */
  readonly budget: { texts: number }
  /** Every text begins with it, so that each word in question has the separator before it. */
  readonly opening: string
  readonly openingTokens: number
  readonly separator: string
  readonly separatorTokens: number
}

async function ones(words: readonly string[], asking: Asking): Promise<string[]> {
  const found: string[] = []
  for (let from = 0; from < words.length; from += WORDS_PER_TEXT) {
    found.push(...(await onesAmong(words.slice(from, from + WORDS_PER_TEXT), asking)))
  }
  return found
}

async function onesAmong(words: readonly string[], asking: Asking): Promise<readonly string[]> {
  const { count, budget, opening, openingTokens, separator, separatorTokens } = asking
  if (words.length === 0 || budget.texts === 0) return []
  budget.texts -= 1
  const tokens = await count([opening, ...words].join(separator))
  if (tokens === openingTokens + words.length * (1 + separatorTokens)) return words
  if (words.length === 1) return []
  const half = words.length >> 1
  return [...(await onesAmong(words.slice(0, half), asking)), ...(await onesAmong(words.slice(half), asking))]
}

/** What a line end between two words counts for; undefined where it cannot be told. A word after one is bare. */
async function lineEndTokens(words: readonly string[], count: CountText): Promise<number | undefined> {
  for (const word of words.slice(0, 8)) {
    const alone = await count(word)
    const both = await count(`${word}\n${word}`)
    const lineEnd = alone === undefined || both === undefined ? -1 : both - alone - 1
    if (lineEnd === 0 || lineEnd === 1) return lineEnd
  }
  return undefined
}
