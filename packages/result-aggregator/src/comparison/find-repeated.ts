import type { Result } from '../result/result.ts'
import type { ComparedRun } from './compared-run.ts'
import { rates } from './figure-kinds.ts'
import type { FoundFigures } from './found-figures.ts'
import { repeatedShift, repeatsFigure } from './repeats-figure.ts'

/**
 * Of groups of repeats, by how far runs of a side are from each other. `pairs`: what each two runs of one plan show, in the order of both sides; absent where
 * plans are others.
 */
export function findRepeated(
  a: readonly ComparedRun[],
  b: readonly ComparedRun[],
  pairs?: readonly FoundFigures[],
): FoundFigures {
  const paired = pairs !== undefined
  const figure = (kind: 'ratio' | 'difference', of: (result: Result) => number | undefined, level?: number) =>
    repeatsFigure(kind, {
      a: a.map(({ result }) => of(result)),
      b: b.map(({ result }) => of(result)),
      paired,
      ...(level !== undefined && { level }),
    })
  return {
    turns: (name, level) =>
      pairs
        ? repeatedShift(
            'ratio',
            pairs.map((pair) => pair.turns(name).value),
            level,
          )
        : { estimate: { notEstimable: 'other-plans' } },
    percentile: (name, percentile, level) => figure('ratio', ({ metrics }) => metrics[name]?.[`p${percentile}`], level),
    rate: (name, level) => figure('ratio', ({ throughput }) => throughput?.[rates[name]], level),
    hits: () => figure('difference', ({ cacheHit }) => cacheHit.measured),
  }
}
