import type { CorpusSamples } from '../survey/corpus-samples.ts'
import { type QuantityName, quantityNames } from '../survey/quantities.ts'
import { compareValues, type ValueComparison } from './compare-values.ts'

/** How like two corpora are: a comparison for each quantity that both have. */
export interface CorpusComparison {
  readonly quantities: Readonly<Partial<Record<QuantityName, ValueComparison>>>
  /** Quantities of which one alone has values. */
  readonly onlyIn: { readonly a: readonly QuantityName[]; readonly b: readonly QuantityName[] }
  /** Of p10, p50 and p90 of the quantities that decide whether two loads are alike: that which differs most. */
  readonly largest?: LargestDifference
}

export interface LargestDifference {
  readonly quantity: QuantityName
  readonly percentile: 'p10' | 'p50' | 'p90'
  /** `b / a - 1`; absent where that of `a` is 0 and that of `b` is not. */
  readonly difference?: number
}

/** Those that make a load: what is sent, how much, how often, and how much of it was sent before. */
export const decidingQuantities = [
  'turns',
  'inputTokens',
  'outputTokens',
  'thinkMs',
  'hitRate',
] as const satisfies readonly QuantityName[]

export function compareCorpora(a: CorpusSamples, b: CorpusSamples): CorpusComparison {
  const compared = quantityNames.flatMap((name) => {
    const comparison = compareValues(a[name], b[name])
    return comparison ? [[name, comparison] as const] : []
  })
  const largest = largestOf(new Map(compared))
  return {
    quantities: Object.fromEntries(compared),
    onlyIn: { a: only(a, b), b: only(b, a) },
    ...(largest && { largest }),
  }
}

function only(one: CorpusSamples, other: CorpusSamples): QuantityName[] {
  return quantityNames.filter((name) => one[name].length > 0 && other[name].length === 0)
}

function largestOf(compared: ReadonlyMap<QuantityName, ValueComparison>): LargestDifference | undefined {
  const all = decidingQuantities.flatMap((quantity) => {
    const difference = compared.get(quantity)?.difference
    if (!difference) return []
    return (['p10', 'p50', 'p90'] as const).map((percentile): LargestDifference => {
      const value = difference[percentile]
      return { quantity, percentile, ...(value !== undefined && { difference: value }) }
    })
  })
  const size = ({ difference = Number.POSITIVE_INFINITY }: LargestDifference) => Math.abs(difference)
  return all.length === 0 ? undefined : all.reduce((most, each) => (size(each) > size(most) ? each : most))
}
