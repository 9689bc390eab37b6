import { mixKey } from '../core/mix-key.ts'
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
  const stopped = stopOf(wish, end ? end.tokens - 1 : wish.maxTokens)
  const ended = stopped ?? end
  return {
    outputTokens: ended?.tokens ?? wish.maxTokens,
    finishReason: ended ? 'stop' : 'length',
    stopReason: stopped?.reason ?? null,
    textAt: (index) => textAt(wish, index, end?.tokens, stopped),
    idAt: (index) => (index + 1 === end?.tokens && !stopped ? endOfSequenceId : idAt(wish.textKey, index)),
  }
}

interface Stop {
  readonly tokens: number
  readonly reason: string | number
  /** Characters of the whole text that are sent. */
  readonly chars: number
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

/** Where a stop string or stop token ends the text before `limit` tokens. */
function stopOf(wish: ReplyWish, limit: number): Stop | undefined {
  const strings = wish.stop.filter((stop) => stop.length > 0)
  if (strings.length === 0 && wish.stopTokenIds.length === 0) return undefined
  const longest = Math.max(0, ...strings.map((stop) => stop.length))
  const ids = new Set(wish.stopTokenIds)
  let text = ''
  for (let index = 0; index < limit; index += 1) {
    const word = wordAt(wish.textKey, index)
    const searchFrom = Math.max(0, text.length - longest)
    text += word
    if (index < wish.minTokens) continue
    const id = idAt(wish.textKey, index)
    if (ids.has(id)) return { tokens: index + 1, reason: id, chars: text.length - word.length }
    const found = firstStop(text, strings, searchFrom)
    if (found) return { tokens: index + 1, ...found }
  }
  return undefined
}

function firstStop(text: string, stops: readonly string[], from: number) {
  for (const reason of stops) {
    const chars = text.indexOf(reason, from)
    if (chars >= 0) return { reason, chars }
  }
  return undefined
}

function textAt({ textKey }: ReplyWish, index: number, end: number | undefined, stopped: Stop | undefined): string {
  const word = wordAt(textKey, index)
  if (stopped) return word.slice(0, Math.max(0, stopped.chars - index * word.length))
  return index + 1 === end ? '' : word
}

/** Every word has as many letters as every other. */
function wordAt(textKey: number, index: number): string {
  return ` ${wordOf(idAt(textKey, index))}`
}

function idAt(textKey: number, index: number): number {
  return mixKey(textKey, index) % vocabularySize
}
