import type { GenerationPlan } from './plan-generation.ts'
import type { CacheUsage, UsageCounts } from './reply-shape.ts'

/** What all choices used together: each prompt counts once. What was found in the cache is told of `told` alone. */
export function usageOfAll(
  plans: readonly GenerationPlan[],
  usages: readonly (UsageCounts & CacheUsage)[],
  told: number,
): UsageCounts & CacheUsage {
  const { cachedTokens, createdTokens } = usages[told]!
  let promptTokens = 0
  for (const { prompt, sibling } of plans) if (!sibling || sibling.index === 0) promptTokens += prompt.promptTokens
  const completionTokens = usages.reduce((sum, usage) => sum + usage.completionTokens, 0)
  return { promptTokens, completionTokens, cachedTokens, createdTokens }
}
