import { endProbability } from './plan-reply.ts'
import type { Token, Vocabulary } from './vocabulary.ts'

/** A token and how likely it was, as a natural logarithm. */
export interface TokenLogProb extends Token {
  readonly logProb: number
}

/** What stands for the logarithm of 0. Source: vLLM. */
const never = -9999

/**
 * The token itself, then the likeliest others: `count` of the likeliest tokens are looked at, equals in the order of their numbers.
 *
 * The embedded model ends by itself with the same probability after every token, and says each of its words as often as any other. What it
 * cannot say, as a foreign word of a prompt, it never does.
 */
export function likeliest(token: Token, count: number, vocabulary: Vocabulary): TokenLogProb[] {
  const { end, said } = vocabulary
  const words = Array.from({ length: Math.max(0, Math.min(count - 1, said)) }, (_, index) => vocabulary.saidAt(index))
  const others = [end, ...words].slice(0, count).filter(({ id }) => id !== token.id)
  return [token, ...others].map((each) => ({ ...each, logProb: logProbOf(each, vocabulary) }))
}

function logProbOf({ id }: Token, { end, said, says }: Vocabulary): number {
  if (id === end.id) return Math.log(endProbability)
  return says(id) ? Math.log((1 - endProbability) / said) : never
}
