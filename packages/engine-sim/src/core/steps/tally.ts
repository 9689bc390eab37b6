import type { Sequence } from './sequence.ts'

/** What an engine of steps has done so far, beside what its scheduler counts. */
type Tally = ReturnType<typeof newTally>

/** Nothing yet. */
export function newTally() {
  return {
    ...{ steps: 0, generatedTokens: 0, finishedRequests: 0 },
    ...{ promptTokens: 0, cachedPromptTokens: 0, externalPromptTokens: 0 },
  }
}

/** A sequence has its first token. So many tokens of its prompt were computed here. */
export function countPrompt(tally: Tally, { request, cachedTokens = 0, hostTokens, diskTokens }: Sequence): number {
  tally.promptTokens += request.promptTokens
  tally.cachedPromptTokens += cachedTokens
  tally.externalPromptTokens += (hostTokens ?? 0) + (diskTokens ?? 0)
  return request.isRemote ? 0 : request.promptTokens - cachedTokens
}
