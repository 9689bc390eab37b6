import type { EngineCounts } from '../engine.ts'

export function sumOfCounts(one: EngineCounts, other: EngineCounts): EngineCounts {
  return {
    steps: one.steps + other.steps,
    preemptions: one.preemptions + other.preemptions,
    queriedTokens: one.queriedTokens + other.queriedTokens,
    hitTokens: one.hitTokens + other.hitTokens,
    hostHitTokens: one.hostHitTokens + other.hostHitTokens,
    recomputedTokens: one.recomputedTokens + other.recomputedTokens,
    diskHitTokens: one.diskHitTokens + other.diskHitTokens,
    promptTokens: one.promptTokens + other.promptTokens,
    cachedPromptTokens: one.cachedPromptTokens + other.cachedPromptTokens,
    externalPromptTokens: one.externalPromptTokens + other.externalPromptTokens,
    generatedTokens: one.generatedTokens + other.generatedTokens,
    finishedRequests: one.finishedRequests + other.finishedRequests,
    running: one.running + other.running,
    waiting: one.waiting + other.waiting,
    totalBlocks: one.totalBlocks + other.totalBlocks,
    usedBlocks: one.usedBlocks + other.usedBlocks,
    freeBlocks: one.freeBlocks + other.freeBlocks,
    cachedBlocks: one.cachedBlocks + other.cachedBlocks,
    evictedBlocks: one.evictedBlocks + other.evictedBlocks,
  }
}
