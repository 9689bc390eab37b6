import type { Result } from '../result/result.ts'
import { rates } from './figure-kinds.ts'
import type { FoundFigures } from './found-figures.ts'
import { independentFigure } from './independent-figure.ts'

/** Of two runs that each speak for themselves, by the intervals of their results. */
export function findIndependent(a: Result, b: Result): FoundFigures {
  const both = <Own>(of: (result: Result) => Own): readonly [Own, Own] => [of(a), of(b)]
  return {
    turns: () => ({ estimate: { notEstimable: 'other-plans' } }),
    percentile: (name, percentile) => {
      const own = both(({ metrics }) => ({
        value: metrics[name]?.[`p${percentile}`],
        estimate: metrics[name]?.intervals?.[`p${percentile}`],
      }))
      return independentFigure('ratio', ...own)
    },
    rate: (name) => {
      const rate = rates[name]
      return independentFigure(
        'ratio',
        ...both(({ throughput }) => ({ value: throughput?.[rate], estimate: throughput?.intervals?.[rate] })),
      )
    },
    hits: () =>
      independentFigure(
        'difference',
        ...both(({ cacheHit }) => ({ value: cacheHit.measured, estimate: cacheHit.intervals?.measured })),
      ),
  }
}
