import { endProbability } from './plan-reply.ts'
import type { Token, Vocabulary } from './vocabulary.ts'

/** A token, how likely it was, as a natural logarithm, and its place among all tokens by that, from 1 on. */
export interface TokenLogProb extends Token {
  readonly logProb: number
  readonly rank: number
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
  const shown = [end, ...words].slice(0, count)
  const own = shown.findIndex(({ id }) => id === token.id)
  const others = shown.map((each, at) => ({ ...each, rank: at + 1 })).filter(({ id }) => id !== token.id)
  const rank = own < 0 ? rankOf(token, vocabulary) : own + 1
  return [{ ...token, rank }, ...others].map((each) => ({ ...each, logProb: logProbOf(each, vocabulary) }))
}

/**
 * What a reply tells of the tokens of a prompt, as JSON: of the first nothing, as it follows from nothing; of each other one by its id, and of
 * the likeliest in its place.
 *
 * Source: `PromptLogprobs` and `Logprob` in `vllm/logprobs.py` of vLLM 0.33.0.
 */
export function renderPromptLogProbs({ tokens, top }: PromptLogProbs, vocabulary: Vocabulary): string {
  const rest = tokens.slice(1).map((token) => {
    const told = likeliest(token, top, vocabulary).map(
      ({ id, logProb: logprob, rank, text }) => `"${id}":${JSON.stringify({ logprob, rank, decoded_token: text })}`,
    )
    return `{${told.join(',')}}`
  })
  return `[${['null', ...rest].join(',')}]`
}

/** What is to be told of a prompt. */
export interface PromptLogProbs {
  readonly tokens: readonly Token[]
  /** How many of the likeliest stand beside each. */
  readonly top: number
}

/** How many tokens are at least as likely. Source: `batched_count_greater_than` of vLLM 0.33.0. */
function rankOf({ id }: Token, { end, said, says, size }: Vocabulary): number {
  if (id === end.id) return 1
  return says(id) ? 1 + said : size
}

function logProbOf({ id }: Token, { end, said, says }: Vocabulary): number {
  if (id === end.id) return Math.log(endProbability)
  return says(id) ? Math.log((1 - endProbability) / said) : never
}
