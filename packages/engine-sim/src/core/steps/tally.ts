/** What an engine of steps has done so far, beside what its scheduler counts; nothing yet. */
export function newTally() {
  return {
    ...{ steps: 0, generatedTokens: 0, finishedRequests: 0 },
    ...{ promptTokens: 0, cachedPromptTokens: 0, externalPromptTokens: 0 },
  }
}
