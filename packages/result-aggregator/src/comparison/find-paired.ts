import type { PairedRun } from './compared-run.ts'
import { rates } from './figure-kinds.ts'
import type { FoundFigures } from './found-figures.ts'
import { hitDifference } from './hit-difference.ts'
import { percentileRatio } from './percentile-ratio.ts'
import { pairYields, rateRatio } from './rate-ratio.ts'
import { TurnPairs } from './turn-pairs.ts'
import { typicalRatio } from './typical-ratio.ts'

/** Of two runs of one plan, by their turns. */
export function findPaired(a: PairedRun, b: PairedRun): FoundFigures & { readonly pairs: TurnPairs } {
  const pairs = new TurnPairs(a, b)
  const yields = pairYields(a, b)
  const { clusters } = pairs
  return {
    pairs,
    turns: (name, level) => typicalRatio(pairs.latencies(name), { clusters, ...(level !== undefined && { level }) }),
    percentile: (name, percentile) => percentileRatio(pairs.latencies(name), percentile / 100, { clusters }),
    rate: (name, level) => rateRatio(rates[name], { a, b, yields, clusters, ...(level !== undefined && { level }) }),
    hits: () => hitDifference(pairs),
  }
}
