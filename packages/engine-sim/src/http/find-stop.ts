/** Where a reply ends before its length, and by what. */
export interface Stop {
  readonly tokens: number
  readonly reason: string | number
  /** Characters of the whole text that are sent. */
  readonly chars: number
}

export interface StopSearch {
  /** Text of a token; every one has as many characters as every other. */
  readonly wordAt: (index: number) => string
  readonly idAt: (index: number) => number
  /** Tokens that do not end the reply. */
  readonly minTokens: number
  /** Tokens at which it ends anyway. */
  readonly limit: number
  readonly stop: readonly string[]
  readonly stopTokenIds: readonly number[]
}

/** Tokens of the first stretch that is searched; each is twice as long as all before, so that most replies are never made whole. */
const FIRST_STRETCH = 256

/**
 * The first token beyond the least that is a stop token or with which a stop string is complete, as a search after every token would find
 * it: where both come with one token the stop token wins, of several strings the first of the list.
 *
 * Time is that of the text, and not of its square: each part of it is searched once for each string.
 */
export function findStop(search: StopSearch): Stop | undefined {
  const { wordAt, minTokens, limit, stopTokenIds } = search
  if (limit <= minTokens) return undefined
  const letters = wordAt(0).length
  const strings = search.stop.filter((each) => each.length > 0 && each.length <= limit * letters)
  if (strings.length === 0 && stopTokenIds.length === 0) return undefined
  const ids = new Set(stopTokenIds)
  let text = ''
  for (let from = 0, to = Math.max(minTokens + 1, FIRST_STRETCH); from < limit; from = to, to *= 2) {
    const end = Math.min(to, limit)
    const token = ids.size > 0 ? tokenIn(search, ids, Math.max(from, minTokens), end) : undefined
    if (strings.length > 0) {
      text += wordsOf(search, from, token ? token.tokens : end)
      const string = stringIn(text, { strings, letters, afterChars: Math.max(from, minTokens) * letters })
      if (string && (!token || string.tokens < token.tokens)) return string
    }
    if (token) return { ...token, chars: (token.tokens - 1) * letters }
  }
  return undefined
}

function tokenIn({ idAt }: StopSearch, ids: ReadonlySet<number>, from: number, end: number) {
  for (let index = from; index < end; index += 1) {
    const reason = idAt(index)
    if (ids.has(reason)) return { tokens: index + 1, reason }
  }
  return undefined
}

function wordsOf({ wordAt }: StopSearch, from: number, end: number): string {
  const words: string[] = []
  for (let index = from; index < end; index += 1) words.push(wordAt(index))
  return words.join('')
}

/** The string that is complete first; it must hold at least one character behind `afterChars`. */
function stringIn(
  text: string,
  { strings, letters, afterChars }: { strings: readonly string[]; letters: number; afterChars: number },
): Stop | undefined {
  let first: Stop | undefined
  for (const reason of strings) {
    const chars = text.indexOf(reason, Math.max(0, afterChars - reason.length + 1))
    const tokens = Math.ceil((chars + reason.length) / letters)
    if (chars >= 0 && (!first || tokens < first.tokens)) first = { tokens, reason, chars }
  }
  return first
}
