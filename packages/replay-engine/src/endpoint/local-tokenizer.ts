import { printable } from '@reprise/safe-text'
import type { TemplateOverhead } from '../content/template-overhead.ts'
import type { TokenizeConversation, TokenizeText } from './probe-counts.ts'

/** A tokenizer that is at hand, as a file of the model's. */
export interface LocalTokenizer {
  /** As it is told. */
  readonly name: string
  /** The ids of a text by itself. */
  readonly tokenize: (text: string) => ArrayLike<number>
}

/** Enough to see another vocabulary by, and less than any context. */
const MOST_WORDS = 1_024

/** Room for a chat template and the token that is generated. */
const SPARE_TOKENS = 256

/** A local tokenizer asked as a server is. */
export function localText({ tokenize }: LocalTokenizer): TokenizeText {
  return async (text) => {
    const ids = Array.from(tokenize(text))
    return { count: ids.length, ids }
  }
}

/**
 * What stands against a tokenizer being the server's: a prompt of words that are one token each in it is not as long there. Undefined where
 * nothing does, or the server counts nothing.
 */
export async function objectionToTokenizer(
  { name }: LocalTokenizer,
  {
    count,
    words,
    headWords,
    overhead,
    maxModelTokens = Number.POSITIVE_INFINITY,
  }: {
    readonly count: TokenizeConversation | undefined
    readonly words: readonly string[]
    readonly headWords: readonly string[]
    readonly overhead: TemplateOverhead
    readonly maxModelTokens?: number | undefined
  },
): Promise<string | undefined> {
  const sent = [...headWords.slice(0, 1), ...words].slice(
    0,
    Math.max(1, Math.min(MOST_WORDS, maxModelTokens - SPARE_TOKENS)),
  )
  const counted = await count?.([{ role: 'user', content: sent.join(' ') }])
  if (!counted) return undefined
  const { beforeUser, behindLast } = overhead
  const found = counted.count - beforeUser - behindLast
  return found === sent.length
    ? undefined
    : `The tokenizer ${printable(name, 100)} is not the server's: ${sent.length} words of one token each are ${found} tokens there. Prompts are not exact.`
}
