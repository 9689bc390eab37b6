import { contextTokensOf, type StepWork } from '../core/step-time/step-work.ts'

/** So many tokens of a request on top of so many that were there. */
export type Entry = readonly [tokens: number, before: number]

/** The work of a step by what each of its requests got; one token is a decode, be it the last of a prompt or not. */
export function workOfEntries(entries: Iterable<Entry>): StepWork {
  const work = { prefillTokens: 0, prefillContextTokens: 0, decodes: 0, decodeContextTokens: 0 }
  for (const [tokens, before] of entries) {
    if (tokens === 1) {
      work.decodes += 1
      work.decodeContextTokens += before + 1
    } else {
      work.prefillTokens += tokens
      work.prefillContextTokens += contextTokensOf(tokens, before)
    }
  }
  return work
}
