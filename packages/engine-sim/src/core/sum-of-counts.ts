import type { EngineCounts, SpeculationCounts } from './engine.ts'

type Happened =
  | 'steps'
  | 'promptTokens'
  | 'cachedPromptTokens'
  | 'externalPromptTokens'
  | 'generatedTokens'
  | 'finishedRequests'

/** The part of an engine's counts that a scheduler keeps. */
export type ScheduledCounts = Omit<EngineCounts, Happened | 'ranks'>

/** What two engines have done and hold, together: without what goes from one to the other, and without their ranks. */
export function sumOfCounts(one: EngineCounts, other: EngineCounts): EngineCounts {
  return {
    ...sumOfScheduled(one, other),
    steps: one.steps + other.steps,
    promptTokens: one.promptTokens + other.promptTokens,
    cachedPromptTokens: one.cachedPromptTokens + other.cachedPromptTokens,
    externalPromptTokens: one.externalPromptTokens + other.externalPromptTokens,
    generatedTokens: one.generatedTokens + other.generatedTokens,
    finishedRequests: one.finishedRequests + other.finishedRequests,
  }
}

/** The same of two schedulers. */
export function sumOfScheduled(one: ScheduledCounts, other: ScheduledCounts): ScheduledCounts {
  return {
    preemptions: one.preemptions + other.preemptions,
    queriedTokens: one.queriedTokens + other.queriedTokens,
    hitTokens: one.hitTokens + other.hitTokens,
    hostHitTokens: one.hostHitTokens + other.hostHitTokens,
    diskHitTokens: one.diskHitTokens + other.diskHitTokens,
    recomputedTokens: one.recomputedTokens + other.recomputedTokens,
    running: one.running + other.running,
    waiting: one.waiting + other.waiting,
    totalBlocks: one.totalBlocks + other.totalBlocks,
    usedBlocks: one.usedBlocks + other.usedBlocks,
    freeBlocks: one.freeBlocks + other.freeBlocks,
    cachedBlocks: one.cachedBlocks + other.cachedBlocks,
    evictedBlocks: one.evictedBlocks + other.evictedBlocks,
    ...(one.hostTier &&
      other.hostTier && {
        hostTier: {
          usedPages: one.hostTier.usedPages + other.hostTier.usedPages,
          totalPages: one.hostTier.totalPages + other.hostTier.totalPages,
        },
      }),
    ...(one.speculation && other.speculation && { speculation: sumOfSpeculation(one.speculation, other.speculation) }),
  }
}

function sumOfSpeculation(one: SpeculationCounts, other: SpeculationCounts): SpeculationCounts {
  return {
    drafts: one.drafts + other.drafts,
    draftTokens: one.draftTokens + other.draftTokens,
    acceptedTokens: one.acceptedTokens + other.acceptedTokens,
    acceptedPerPosition: one.acceptedPerPosition.map((count, at) => count + other.acceptedPerPosition[at]!),
  }
}
