import { normalTail } from './normal-tail.ts'

/** A figure with both ends of its 95 % interval, where it has one; above 0. More is better. */
export interface UncertainFigure {
  readonly value: number
  readonly ends?: readonly [low: number, high: number] | undefined
}

/** A point in a plane of two figures. */
export interface UncertainPlace {
  readonly x: UncertainFigure
  readonly y: UncertainFigure
}

/**
 * How likely it is of each place that no other is better on both axes; `undefined` of one that lacks an interval on either.
 *
 * The logarithm of a figure is taken as normal on either side of its value, as wide as its interval says there, and figures as independent of one
 * another. Then the chance is the mean, over where the place may be, of the product over the others of the chance that each is not better on both; it is
 * added up over a grid of equally likely values, and no dice are thrown. A figure without an interval counts as exact.
 */
export function frontierChances(places: readonly UncertainPlace[]): (number | undefined)[] {
  const spreads = places.map(({ x, y }) => ({ x: spreadOf(x), y: spreadOf(y) }))
  return spreads.map(({ x, y }, own) => {
    if (!x.isKnown || !y.isKnown) return undefined
    const others = spreads.filter((_, at) => at !== own)
    const [across, up] = [x.values(), y.values()]
    const isRighter = across.map((value) => others.map((other) => other.x.chanceAbove(value)))
    const isHigher = up.map((value) => others.map((other) => other.y.chanceAbove(value)))
    let sum = 0
    for (const righter of isRighter)
      for (const higher of isHigher)
        sum += righter.reduce((product, chance, at) => product * (1 - chance * higher[at]!), 1)
    return sum / (across.length * up.length)
  })
}

interface Spread {
  /** It has an interval. */
  readonly isKnown: boolean
  /** Equally likely ones, rising, as logarithms. */
  readonly values: () => number[]
  readonly chanceAbove: (log: number) => number
}

function spreadOf({ value, ends }: UncertainFigure): Spread {
  const middle = Math.log(value)
  const [low, high] = ends ?? [value, value]
  const [below, above] = [(middle - Math.log(low)) / REACH, (Math.log(high) - middle) / REACH]
  const isKnown = ends !== undefined && Number.isFinite(below)
  if (!isKnown) return { isKnown, values: () => [middle], chanceAbove: (log) => (log < middle ? 1 : 0) }
  return {
    isKnown,
    values: () => scores.map((z) => middle + z * (z < 0 ? below : above)),
    chanceAbove: (log) => {
      const spread = log < middle ? below : above
      if (spread === 0) return log < middle ? 1 : 0
      return normalTail((log - middle) / spread)
    },
  }
}

/** Standard errors from the middle of a normal distribution to an end of its 95 % interval. */
const REACH = 1.959964

/** The middles of as many equally likely parts of a normal distribution. */
const scores = Array.from({ length: 48 }, (_, i) => normalScore((i + 0.5) / 48))

function normalScore(share: number): number {
  let [low, high] = [-8, 8]
  for (let halved = 0; halved < 50; halved += 1) {
    const middle = (low + high) / 2
    if (1 - normalTail(middle) < share) low = middle
    else high = middle
  }
  return (low + high) / 2
}
