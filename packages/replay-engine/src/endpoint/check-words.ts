import { findAnchor } from './find-anchor.ts'
import type { TokenizeText } from './probe-counts.ts'
import { siftByCount, siftHeadsByCount } from './sift-by-count.ts'
import { lineEndIds, type Sifted, siftWords } from './sift-words.ts'
import { verifyWords } from './verify-words.ts'

/** For each of the three things that are asked. With token ids a handful are enough; lengths alone may ask for a text a word. */
const MOST_TEXTS = 400

/** Words that are tried as an anchor before lengths alone are gone by. */
const MOST_ANCHORS = 32

/** With fewer, texts of different blocks would look too much alike. */
const FEWEST_WORDS = 16

/** How far the words are known, for the reader of the result. */
export interface WordCheck {
  readonly listed: number
  /** One token each. */
  readonly usable: number
  /** The server did not answer for them, or they would have taken too long to ask for. They are not known to be unusable. */
  readonly notAsked: number
}

export interface CheckedWords {
  /** One token each after a space. */
  readonly words: readonly string[]
  /** Those of them that are one token also where no space stands before them. */
  readonly headWords: readonly string[]
  /** Absent where nothing could be asked. */
  readonly check?: WordCheck
  readonly notes: readonly string[]
}

/** The words that are one token each in the server's tokenizer, wherever a prompt has them; all of them where it cannot be asked. */
export async function checkWords(words: readonly string[], tokenize: TokenizeText | undefined): Promise<CheckedWords> {
  if (!tokenize) {
    const notes = [
      'The server has no /tokenize: its words are taken to be one token each. Give the tokenizer.json of its model with --tokenizer.',
    ]
    return { words, headWords: words, notes }
  }
  const { ones, unasked, heads, sure } = (await byIds(words, tokenize)) ?? (await byCount(words, tokenize))
  const check = { listed: words.length, usable: ones.length, notAsked: unasked.length }
  if (ones.length < FEWEST_WORDS) {
    // What was not asked is more likely one token than what is not.
    const used = ones.length + unasked.length < FEWEST_WORDS ? words : [...ones, ...unasked]
    return { words: used, headWords: used, check, notes: [tooFew(check)] }
  }
  const notes = [
    ...(check.notAsked > 0 ? [incomplete(check)] : []),
    ...(heads.length === 0 ? [noHeads] : []),
    ...(sure ? [] : [unsure]),
  ]
  return { words: ones, headWords: heads.length > 0 ? heads : ones, check, notes }
}

interface Found extends Sifted {
  readonly heads: readonly string[]
  /** Words were also seen behind one another. */
  readonly sure: boolean
}

async function byIds(words: readonly string[], tokenize: TokenizeText): Promise<Found | undefined> {
  const anchor = await findAnchor(words.slice(0, MOST_ANCHORS), tokenize)
  if (!anchor) return undefined
  const ids = new Map([[anchor.word, anchor.id]])
  const others = words.filter((word) => word !== anchor.word)
  const behindSpace = { anchor, before: ' ', beforeIds: [], ids } as const
  const sifted = await siftWords(others, { ...behindSpace, tokenize: atMost(MOST_TEXTS, tokenize) })
  const known = new Set([anchor.word, ...sifted.ones])
  const spaced = words.filter((word) => known.has(word))
  const verified = await verifyWords(spaced, { tokenize: atMost(MOST_TEXTS, tokenize), anchor, ids })
  const heads = await headsByIds(verified.words, ids, atMost(MOST_TEXTS, tokenize))
  return { ones: verified.words, unasked: sifted.unasked, heads, sure: verified.sure }
}

/** Words are told from an anchor among them, and the anchor from another one. */
async function headsByIds(
  words: readonly string[],
  ids: ReadonlyMap<string, number>,
  tokenize: TokenizeText,
): Promise<readonly string[]> {
  const [anchor, other] = words.slice(0, 2).map((word) => ({ word, id: ids.get(word)! }))
  if (!anchor || !other) return []
  const beforeIds = await lineEndIds(words.slice(1, 9), { tokenize, anchor })
  if (!beforeIds) return []
  const place = { tokenize, before: '\n', beforeIds } as const
  const first = await siftWords([anchor.word], { ...place, anchor: other })
  const others = await siftWords(words.slice(1), { ...place, anchor })
  return [...first.ones, ...others.ones]
}

async function byCount(words: readonly string[], tokenize: TokenizeText): Promise<Found> {
  const sifted = await siftByCount(words, atMost(MOST_TEXTS, tokenize))
  const heads = await siftHeadsByCount(sifted.ones, atMost(MOST_TEXTS, tokenize))
  return { ...sifted, heads: heads.ones, sure: true }
}

/** Asks for so many texts, and for no more. */
function atMost(texts: number, tokenize: TokenizeText): TokenizeText {
  let left = texts
  return async (text) => {
    left -= 1
    return left < 0 ? undefined : tokenize(text)
  }
}

function tooFew({ listed, usable, notAsked }: WordCheck): string {
  const rest = notAsked > 0 ? `, ${notAsked} could not be asked for` : ''
  return `Only ${usable} of ${listed} words are one token in the server's tokenizer${rest}: prompts are not exact.`
}

function incomplete({ listed, usable, notAsked }: WordCheck): string {
  return `Not all words could be checked: ${usable} of ${listed} are one token in the server's tokenizer and are used, ${notAsked} could not be asked for and are not.`
}

const noHeads =
  "No word is known to be one token at the head of a message in the server's tokenizer: prompts may be a token too long for each message."

const unsure =
  "Not all words could be seen to be one token each behind one another in the server's tokenizer: prompts may be a few tokens off."
