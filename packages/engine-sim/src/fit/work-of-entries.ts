import { contextTokensOf, noWork, type StepWork } from '../core/step-time/step-work.ts'

/** So many tokens of a request on top of so many that were there. One token `isExtend` where the engine computes it as it does a prompt. */
export type Entry = readonly [tokens: number, before: number, isExtend?: boolean]

/** The work of a step by what each of its requests got; one token is a decode, be it the last of a prompt or not, unless it is said to be none. */
export function workOfEntries(entries: Iterable<Entry>): StepWork {
  const work = { ...noWork }
  for (const [tokens, before, isExtend] of entries) {
    if (tokens === 1 && !isExtend) {
      work.decodes += 1
      work.decodeContextTokens += before + 1
    } else {
      work.prefillTokens += tokens
      work.prefillContextTokens += contextTokensOf(tokens, before)
      work.prefills += 1
      work.prefillReachTokens += before + tokens
    }
  }
  return work
}
