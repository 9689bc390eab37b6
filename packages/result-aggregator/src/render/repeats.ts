import { intervalOf } from '../interval/interval-of.ts'
import { type RepeatsEstimate, repeatsEstimate } from '../interval/repeats-estimate.ts'
import { isInterval } from '../result/estimate.ts'
import { loadSizeOf } from '../result/load-size.ts'
import type { Result } from '../result/result.ts'
import { configurationOf } from './configuration.ts'

/**
 * Runs of one configuration and size that differ in their seeds alone, each group as one list; runs that nothing repeats are in none. Of a seed that
 * was run more than once the first run counts: another with the same plan says nothing of other plans.
 */
export function repeatsOf<Run>(runs: readonly Run[], resultOf: (run: Run) => Result): readonly (readonly Run[])[] {
  const alike = Map.groupBy(runs, (run) => {
    const result = resultOf(run)
    return JSON.stringify([...configurationOf(result), loadSizeOf(result.load)])
  })
  return [...alike.values()].flatMap((same) => {
    const bySeed = Map.groupBy(same, (run) => resultOf(run).provenance.seed)
    return bySeed.size > 1 ? [[...bySeed.values()].map(([first]) => first!)] : []
  })
}

/** A figure over repeats, with the interval of its mean from three on; `undefined` unless all of them have it. */
export function repeatsFigure(
  results: readonly Result[],
  of: (result: Result) => number | undefined,
): RepeatsEstimate | undefined {
  const values = results.flatMap((result) => of(result) ?? [])
  return values.length === results.length ? repeatsEstimate(values) : undefined
}

/** The same of a share near 1, as hit rates are: by way of what is missing, which the scale of logarithms suits. */
export function repeatsShare(
  results: readonly Result[],
  of: (result: Result) => number | undefined,
): RepeatsEstimate | undefined {
  const missing = repeatsFigure(results, (result) => {
    const share = of(result)
    return share === undefined ? undefined : 1 - share
  })
  if (!missing) return repeatsFigure(results, of)
  const { value, basis, estimate } = missing
  const whole = 1 - value
  return {
    value: whole,
    basis,
    estimate: isInterval(estimate)
      ? intervalOf({ low: Math.max(0, 1 - estimate.high), value: whole, high: 1 - estimate.low })
      : estimate,
  }
}
