import { quantileCurve } from '../compare/compare-values.ts'
import { quantile } from '../survey/quantile.ts'
import { type Distribution, valueAt } from './distribution.ts'

type Knot = readonly [share: number, value: number]

export interface TableOptions {
  /** To which values are rounded. Default 0: whole numbers. */
  readonly digits?: number
}

/** How far a value may be from the one that it stands for. */
const tolerance = 0.01

/**
 * Values as a few of their quantiles, so that none between them is off by more than a percent; `undefined` without values.
 * p10, p50 and p90 are always among them.
 */
export function quantileTable(values: Iterable<number>, { digits = 0 }: TableOptions = {}): Distribution | undefined {
  const sorted = Float64Array.from(values).sort()
  if (sorted.length === 0) return undefined
  const rounded = (value: number) => Math.round(value * 10 ** digits) / 10 ** digits
  const fine: Knot[] = [
    ...quantileCurve(sorted).map((value, percent): Knot => [percent / 100, rounded(value)]),
    ...[0.995, 0.999].map((share): Knot => [share, rounded(quantile(sorted, share)!)]),
  ].sort(([a], [b]) => a - b)
  const fixed = [0, 0.1, 0.5, 0.9, 1].map((share) => fine.findIndex(([known]) => known === share))
  const kept = new Set(fixed)
  for (const [index, to] of fixed.entries())
    if (index > 0) keepBetween(fixed[index - 1]!, to, { fine, kept, least: 10 ** -digits })
  return fine.filter((_, index) => kept.has(index))
}

interface Thinning {
  readonly fine: readonly Knot[]
  readonly kept: Set<number>
  /** Smaller differences are those of rounding. */
  readonly least: number
}

/** Keeps the knot that a line between the ends misses most, and so on to both sides. */
function keepBetween(from: number, to: number, thinning: Thinning): void {
  const { fine, kept, least } = thinning
  const line = [fine[from]!, fine[to]!].map(([, value], end): Knot => [end, value])
  const [start, end] = [fine[from]![0], fine[to]![0]]
  let [worst, most] = [-1, tolerance]
  for (let index = from + 1; index < to; index += 1) {
    const [share, value] = fine[index]!
    const error =
      Math.abs(valueAt(line, (share - start) / (end - start)) - value) / Math.max(value, least / tolerance / 2)
    if (error > most) [worst, most] = [index, error]
  }
  if (worst < 0) return
  kept.add(worst)
  keepBetween(from, worst, thinning)
  keepBetween(worst, to, thinning)
}
