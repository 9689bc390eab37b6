import { KnownValues } from '../interval/known-values.ts'
import { quantileEstimates } from '../interval/quantile-estimates.ts'
import type { RequestClusters } from '../interval/request-clusters.ts'
import { type Estimate, type Interval, isInterval, type NoIntervalReason } from '../result/estimate.ts'
import type { FoundEstimate, FoundFigure } from './found-figure.ts'
import { pairedFamily } from './paired-family.ts'
import type { PairedValues } from './turn-pairs.ts'

/**
 * The ratio B / A of the same turn that half of them are above: what became of a typical turn. A turn that B alone failed is infinitely slower, one that
 * A alone failed infinitely faster; a few that ran beside others than before move it little.
 */
export function typicalRatio(values: PairedValues, how: Pairing): FoundFigure {
  const ratios = new KnownValues(ratiosOf(values))
  const value = middleOf(ratios)
  const known = value !== undefined && value > 0 && value < Infinity
  const ends = { ...(known && { value }) }
  // Looked at from both sides: of turns that took as long as before no side may count all as below the middle.
  const [there, back] = [endsOf(ratios, how), endsOf(new KnownValues(ratiosOf({ a: values.b, b: values.a })), how)]
  for (const one of [there, back])
    if (!isInterval(one)) return { ...ends, estimate: noneSince(one.notEstimable, ratios.n) }
  const [own, turned] = [there, back] as [Interval, Interval]
  const [low, high] = [Math.min(own.low, 1 / turned.high), Math.max(own.high, 1 / turned.low)]
  return known && low > 0 && high < Infinity
    ? { value, estimate: { low, high } }
    : { ...ends, estimate: { notEstimable: 'failures' } }
}

export interface Pairing {
  readonly clusters: RequestClusters
  /** Of intervals that several are to hold at once. */
  readonly level?: number
}

function endsOf(ratios: KnownValues, { clusters, level }: Pairing): Estimate {
  const question = { clusters, family: pairedFamily, probabilities: [0.5], ...(level !== undefined && { level }) }
  return quantileEstimates(ratios, question).estimates[0]!
}

function noneSince(reason: NoIntervalReason, n: number): FoundEstimate {
  if (n === 0) return { notEstimable: 'not-measured' }
  return { notEstimable: reason === 'cut-off' ? 'failures' : reason }
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
