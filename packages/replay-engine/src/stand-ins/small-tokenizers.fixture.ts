import ranks from 'gpt-tokenizer/bpeRanks/o200k_base'

type TokenIds = (text: string) => readonly number[]

/** Byte-pair encoding with the first `size` tokens of o200k: rarer words fall into pieces, bare ones sooner than those after a space. */
export function cutVocabulary(size: number): TokenIds {
  const rankOf = new Map<string, number>()
  for (const [rank, token] of ranks.slice(0, size).entries()) if (typeof token === 'string') rankOf.set(token, rank)
  const idsOf = remembering((word) => merged(word, rankOf))
  return (text) => (text.match(/\n+| ?[A-Za-z]+|[^A-Za-z\n]/g) ?? []).flatMap(idsOf)
}

function merged(word: string, rankOf: ReadonlyMap<string, number>): number[] {
  const parts = [...word]
  for (;;) {
    let best = -1
    let bestRank = Number.POSITIVE_INFINITY
    for (let i = 0; i + 1 < parts.length; i += 1) {
      const rank = rankOf.get(parts[i]! + parts[i + 1]!) ?? Number.POSITIVE_INFINITY
      if (rank < bestRank) [best, bestRank] = [i, rank]
    }
    if (best < 0) return parts.map((part) => rankOf.get(part) ?? -1)
    parts.splice(best, 2, parts[best]! + parts[best + 1]!)
  }
}

/**
 * Pieces of the kind SentencePiece makes: the space belongs to the word behind it, one is put at the head of every text, and most words are
 * a piece only with it.
 */
export function spacedPieces(spaced: number, bare: number): TokenIds {
  const idOf = new Map<string, number>()
  for (const [rank, token] of ranks.slice(0, spaced).entries()) {
    if (typeof token === 'string' && (/^ [a-z]+$/.test(token) || (rank < bare && /^[a-z]+$/.test(token))))
      idOf.set(token, rank)
  }
  const idsOf = remembering((part) => longestPieces(part, idOf))
  return (text) => (` ${text}`.match(/ ?[^ ]+| /g) ?? []).flatMap(idsOf)
}

function longestPieces(part: string, idOf: ReadonlyMap<string, number>): number[] {
  const ids: number[] = []
  for (let at = 0; at < part.length; ) {
    let length = 16
    while (length > 1 && !idOf.has(part.slice(at, at + length))) length -= 1
    // A letter that is no piece is a byte.
    ids.push(idOf.get(part.slice(at, at + length)) ?? 1_000_000 + part.charCodeAt(at))
    at += length
  }
  return ids
}

/** Another tokenizer, but two words that follow each other may be one token: every `one` of them with the next. */
export function joinedWords(tokenIds: TokenIds, every: number): TokenIds {
  return (text) => {
    const ids: number[] = []
    for (const id of tokenIds(text)) {
      const before = ids.at(-1)
      if (before !== undefined && before < 1_000_000 && id < 1_000_000 && (before * 7 + id + 1) % every === 0) {
        ids[ids.length - 1] = 1_000_000 + before * 1_000 + (id % 1_000)
      } else ids.push(id)
    }
    return ids
  }
}

function remembering(idsOf: TokenIds): TokenIds {
  const known = new Map<string, readonly number[]>()
  return (text) => {
    const ids = known.get(text) ?? idsOf(text)
    known.set(text, ids)
    return ids
  }
}
