import { mixKey } from '../core/mix-key.ts'
import { findStop, type Stop } from './find-stop.ts'
import { vocabularySize, wordOf } from './vocabulary.ts'

export interface ReplyWish {
  /** What the text depends on: equal keys are equal texts. */
  readonly textKey: number
  readonly maxTokens: number
  readonly minTokens: number
  readonly ignoreEos: boolean
  readonly stop: readonly string[]
  readonly stopTokenIds: readonly number[]
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
}

/**
 * Mean length after which the embedded model would like to stop, with lengths spread exponentially.
 * Invented, like the model; a client that needs a certain length says `ignore_eos` or `min_tokens`.
 */
export const meanReplyTokens = 256

/** Id of the token that ends a sequence; it has no text. */
export const endOfSequenceId = vocabularySize

export function planReply(wish: ReplyWish): PlannedReply {
  const end = endOf(wish)
  const stopped = findStop({
    wordAt: (index) => wordAt(wish.textKey, index),
    idAt: (index) => idAt(wish.textKey, index),
    minTokens: wish.minTokens,
    limit: end ? end.tokens - 1 : wish.maxTokens,
    stop: wish.stop,
    stopTokenIds: wish.stopTokenIds,
  })
  const ended = stopped ?? end
  return {
    outputTokens: ended?.tokens ?? wish.maxTokens,
    finishReason: ended ? 'stop' : 'length',
    stopReason: stopped?.reason ?? null,
    textAt: (index) => textAt(wish, index, end?.tokens, stopped),
    idAt: (index) => (index + 1 === end?.tokens && !stopped ? endOfSequenceId : idAt(wish.textKey, index)),
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

function textAt({ textKey }: ReplyWish, index: number, end: number | undefined, stopped: Stop | undefined): string {
  const word = wordAt(textKey, index)
  if (stopped) return word.slice(0, Math.max(0, stopped.chars - index * word.length))
  return index + 1 === end ? '' : word
}

function wordAt(textKey: number, index: number): string {
  return ` ${wordOf(idAt(textKey, index))}`
}

function idAt(textKey: number, index: number): number {
  return mixKey(textKey, index) % vocabularySize
}
