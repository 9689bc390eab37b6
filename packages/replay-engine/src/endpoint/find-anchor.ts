import type { TokenizeText } from './probe-counts.ts'

/** A word that is one token after a space, and its id. */
export interface Anchor {
  readonly word: string
  readonly id: number
}

/** The first of the words that is one token after a space; undefined where none is, or the server tells no ids. */
export async function findAnchor(words: readonly string[], tokenize: TokenizeText): Promise<Anchor | undefined> {
  for (const word of words) {
    const ids = (await tokenize(`${word} ${word} ${word} ${word}`))?.ids
    if (!ids) return undefined
    // What opens a text, and what ends it, may be other tokens. Two of the middle that are alike are one each.
    const id = ids[ids.length >> 1]
    if (id !== undefined && ids.length <= 6 && ids.filter((each) => each === id).length >= 3) return { word, id }
  }
  return undefined
}
