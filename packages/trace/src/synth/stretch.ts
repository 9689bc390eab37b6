import { quantile } from '../survey/quantile.ts'
import { type Distribution, valueAt } from './distribution.ts'

/**
 * A rising function that gives drawn values the distribution `wanted`: the value of a rank becomes that of the same rank there. Beyond the
 * ends it goes on in proportion. What grew still grows, and what was one length still is.
 */
export function stretchTo(wanted: Distribution, drawn: readonly number[]): (value: number) => number {
  const sorted = Float64Array.from(drawn).sort()
  if (sorted.length === 0) return (value) => value
  const shares = [
    ...new Set([...Array.from({ length: 101 }, (_, step) => step / 100), ...wanted.map(([share]) => share)]),
  ]
  const from: number[] = []
  const to: number[] = []
  for (const share of shares.sort((a, b) => a - b)) {
    const value = quantile(sorted, share)!
    // Several ranks of one drawn value have one length: that of the last.
    if (from.at(-1) === value) to.pop()
    else from.push(value)
    to.push(valueAt(wanted, share))
  }
  return (value) => {
    const above = from.findIndex((known) => known >= value)
    if (value === from[0]) return to[0]!
    if (above === 0) return (to[0]! * value) / from[0]!
    if (above < 0) return (to.at(-1)! * value) / from.at(-1)!
    const [low, high] = [from[above - 1]!, from[above]!]
    return to[above - 1]! + ((to[above]! - to[above - 1]!) * (value - low)) / (high - low)
  }
}
