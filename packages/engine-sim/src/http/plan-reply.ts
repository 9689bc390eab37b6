import { mixKey } from '../core/mix-key.ts'
import { findStop, type Stop } from './find-stop.ts'
import { ownVocabulary, type Token, type Vocabulary } from './vocabulary.ts'

export interface ReplyWish {
  /** What the text depends on: equal keys are equal texts. */
  readonly textKey: number
  readonly maxTokens: number
  readonly minTokens: number
  readonly ignoreEos: boolean
  readonly stop: readonly string[]
  readonly stopTokenIds: readonly number[]
  /** Default: the model's own. */
  readonly vocabulary?: Vocabulary
}

/** A reply that is decided before its first token is due; only the instants are left to the engine. */
export interface PlannedReply {
  /** Tokens the engine has to make, the end-of-sequence token included: at least 1. */
  readonly outputTokens: number
  readonly finishReason: 'length' | 'stop'
  /** The stop string or stop token that ended it; null at the length limit and at end of sequence. */
  readonly stopReason: string | number | null
  /** Text of token `index`; empty for the end of sequence and for what a stop string cuts off. */
  textAt(index: number): string
  idAt(index: number): number
  /** Token `index` by itself, whatever of it is sent. */
  tokenAt(index: number): Token
  readonly vocabulary: Vocabulary
}

/**
 * Mean length after which the embedded model would like to stop, with lengths spread exponentially.
 * Invented, like the model; a client that needs a certain length says `ignore_eos` or `min_tokens`.
 */
export const meanReplyTokens = 256

/** How likely the model ends with the token that is due, by itself: that of lengths spread exponentially about their mean. */
export const endProbability = -Math.expm1(-1 / meanReplyTokens)

export function planReply(wish: ReplyWish): PlannedReply {
  const { textKey, minTokens, maxTokens, vocabulary = ownVocabulary } = wish
  const said = (index: number) => vocabulary.saidAt(mixKey(textKey, index) % vocabulary.said)
  const end = endOf(wish)
  const stopped = findStop({
    wordAt: (index) => said(index).text,
    idAt: (index) => said(index).id,
    minTokens,
    limit: end ? end.tokens - 1 : maxTokens,
    stop: wish.stop,
    stopTokenIds: wish.stopTokenIds,
  })
  const ended = stopped ?? end
  const tokenAt = (index: number) => (index + 1 === end?.tokens && !stopped ? vocabulary.end : said(index))
  return {
    outputTokens: ended?.tokens ?? maxTokens,
    finishReason: ended ? 'stop' : 'length',
    stopReason: stopped?.reason ?? null,
    textAt: (index) => (index + 1 === end?.tokens && !stopped ? '' : cut(said(index).text, index, stopped)),
    idAt: (index) => tokenAt(index).id,
    tokenAt,
    vocabulary,
  }
}

/** Keeps the draw of the length apart from the draws of the tokens, which are numbered from 0. */
const lengthKey = 2 ** 40

/** Where the model ends by itself, if it may and does so within the limit. */
function endOf({ textKey, maxTokens, minTokens, ignoreEos }: ReplyWish): { tokens: number } | undefined {
  if (ignoreEos) return undefined
  const share = mixKey(textKey, lengthKey) / 2 ** 52
  const tokens = Math.max(minTokens + 1, 1 + Math.floor(-Math.log1p(-share) * meanReplyTokens))
  return tokens <= maxTokens ? { tokens } : undefined
}

/** What is sent of a word, where a stop cuts the text off. */
function cut(word: string, index: number, stopped: Stop | undefined): string {
  return stopped ? word.slice(0, Math.max(0, stopped.chars - index * word.length)) : word
}
