import { KnownValues } from '../interval/known-values.ts'
import { quantileEstimates } from '../interval/quantile-estimates.ts'
import type { RequestClusters } from '../interval/request-clusters.ts'
import { isInterval } from '../result/estimate.ts'
import type { FoundFigure } from './found-figure.ts'
import { pairedFamily } from './paired-family.ts'
import type { PairedValues } from './turn-pairs.ts'

/**
 * The ratio B / A of the same turn that half of them are above: what became of a typical turn. A turn that B alone failed is infinitely slower, one that
 * A alone failed infinitely faster; a few that ran beside others than before move it little.
 */
export function typicalRatio(
  values: PairedValues,
  { clusters, level }: { readonly clusters: RequestClusters; readonly level?: number },
): FoundFigure {
  const ratios = new KnownValues(ratiosOf(values))
  const question = { clusters, family: pairedFamily, probabilities: [0.5], ...(level !== undefined && { level }) }
  const estimate = quantileEstimates(ratios, question).estimates[0]!
  const value = middleOf(ratios)
  const known = value !== undefined && value > 0 && value < Infinity
  if (isInterval(estimate) && known && estimate.low > 0)
    return { value, estimate: { low: estimate.low, high: estimate.high } }
  const reason = isInterval(estimate) || estimate.notEstimable === 'cut-off' ? 'failures' : estimate.notEstimable
  return { ...(known && { value }), estimate: { notEstimable: ratios.n === 0 ? 'not-measured' : reason } }
}

/** `NaN` where either side is not known; 0 where A alone failed. */
export function ratiosOf({ a, b }: PairedValues): Float64Array {
  return a.map((before, i) => {
    const after = b[i]!
    if (before === Infinity) return after === Infinity ? Number.NaN : 0
    return before > 0 ? after / before : Number.NaN
  })
}

function middleOf({ sorted, cutOff }: KnownValues): number | undefined {
  const n = sorted.length + cutOff
  if (n === 0) return undefined
  const at = (rank: number) => sorted[rank] ?? Infinity
  const [low, high] = [at(Math.floor((n - 1) / 2)), at(Math.ceil((n - 1) / 2))]
  return high === Infinity ? high : (low + high) / 2
}
