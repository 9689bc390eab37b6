import type { GenerationPlan } from './plan-generation.ts'
import type { ReplyTotals } from './reply-shape.ts'

/** What all choices used together: each prompt counts once. What was found in the cache is told of `told` alone, and instants of one that is alone. */
export function usageOfAll(
  plans: readonly GenerationPlan[],
  usages: readonly ReplyTotals[],
  told: number,
): ReplyTotals {
  const { cachedTokens, createdTokens, instants } = usages[told]!
  let promptTokens = 0
  for (const { prompt, sibling } of plans) if (!sibling || sibling.index === 0) promptTokens += prompt.promptTokens
  const completionTokens = usages.reduce((sum, usage) => sum + usage.completionTokens, 0)
  const isAlone = plans.length === 1
  return { promptTokens, completionTokens, cachedTokens, createdTokens, ...(isAlone && instants && { instants }) }
}
