import type { Anchor } from './find-anchor.ts'
import type { TokenizeText } from './probe-counts.ts'

/** What the server said of words. Those that it was asked for and that are in neither are not one token. */
export interface Sifted {
  readonly ones: readonly string[]
  /** It did not answer, or there were too many texts to ask for. */
  readonly unasked: readonly string[]
}

interface Place {
  readonly tokenize: TokenizeText
  readonly anchor: Anchor
  /** What the words in question stand behind. */
  readonly before: ' ' | '\n'
  /** The tokens of that, where it has its own. */
  readonly beforeIds: readonly number[]
  /** Gets the id of each word that is one token. */
  readonly ids?: Map<string, number>
}

/**
 * The words that are one token each behind a space, or a line end.
 *
 * All stand in one text, each between two anchors, by whose id it falls into pieces. A text that the server refuses, or that falls into other
 * pieces, is halved.
 */
export async function siftWords(words: readonly string[], place: Place): Promise<Sifted> {
  if (words.length === 0) return { ones: [], unasked: [] }
  const pieces = await piecesOf(words, place)
  if (Array.isArray(pieces)) {
    const ones = words.filter((word, i) => isOne(word, pieces[i]!, place))
    return { ones, unasked: [] }
  }
  if (words.length === 1) return { ones: [], unasked: pieces === 'unasked' ? words : [] }
  return bothHalves(words, (half) => siftWords(half, place))
}

/** The tokens of a line end, told from what the words have in common behind one; undefined where that cannot be told. */
export async function lineEndIds(
  words: readonly string[],
  place: Pick<Place, 'tokenize' | 'anchor'>,
): Promise<readonly number[] | undefined> {
  const pieces = await piecesOf(words, { ...place, before: '\n' })
  if (!Array.isArray(pieces)) return undefined
  const [first = [], ...others] = pieces
  const end = first.findIndex((id, i) => others.some((piece) => piece[i] !== id))
  return end < 0 ? undefined : first.slice(0, end)
}

/** What `sift` finds in each half of the words, together. */
export async function bothHalves(
  words: readonly string[],
  sift: (half: readonly string[]) => Promise<Sifted>,
): Promise<Sifted> {
  const half = words.length >> 1
  const [one, other] = [await sift(words.slice(0, half)), await sift(words.slice(half))]
  return { ones: [...one.ones, ...other.ones], unasked: [...one.unasked, ...other.unasked] }
}

/** The tokens of each word with what stands before it. */
async function piecesOf(
  words: readonly string[],
  { tokenize, anchor, before }: Omit<Place, 'beforeIds'>,
): Promise<number[][] | 'unasked' | 'other pieces'> {
  const text = words.map((word) => `${before}${word} ${anchor.word}`).join('')
  const ids = (await tokenize(`${anchor.word} ${anchor.word}${text}`))?.ids
  if (!ids) return 'unasked'
  const pieces: number[][] = [[]]
  for (const id of ids) {
    if (id === anchor.id) pieces.push([])
    else pieces.at(-1)!.push(id)
  }
  // The text's first word is an anchor in the middle of it, or another token.
  const opening = pieces.length - words.length - 1
  return opening === 1 || (opening === 2 && pieces[1]!.length === 0) ? pieces.slice(opening, -1) : 'other pieces'
}

function isOne(word: string, piece: readonly number[], { beforeIds, ids }: Place): boolean {
  const isSo = piece.length === beforeIds.length + 1 && beforeIds.every((id, i) => id === piece[i])
  if (isSo) ids?.set(word, piece.at(-1)!)
  return isSo
}
