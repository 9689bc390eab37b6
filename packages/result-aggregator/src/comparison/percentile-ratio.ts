import { quantile } from '@reprise/trace/quantile'
import { intervalGround } from '../interval/interval-ground.ts'
import { leastValues } from '../interval/least-values.ts'
import type { SortedGrid } from '../interval/play-time-grid.ts'
import type { RequestClusters } from '../interval/request-clusters.ts'
import type { Estimate } from '../result/estimate.ts'
import type { FoundEstimate, FoundFigure } from './found-figure.ts'
import { pairedFamily } from './paired-family.ts'
import type { PairedValues } from './turn-pairs.ts'

/**
 * The ratio of a percentile of B to that of A, over the same turns; a failed turn is infinitely slow. Its interval is of the factors by which B's values may be
 * divided without a sign that the two sides then differ: as many of each lie below the percentile of both together as how plays and times differ lets be
 * chance. No density is guessed, and what the same turns have in common cancels out.
 */
export function percentileRatio(
  values: PairedValues,
  p: number,
  { clusters }: { readonly clusters: RequestClusters },
): FoundFigure {
  const sides = sidesOf(values, clusters.grid(pairedFamily.blocks))
  if (sides.n === 0) return { estimate: { notEstimable: 'not-measured' } }
  const [a, b] = [quantile(sides.sortedA, p)!, quantile(sides.sortedB, p)!]
  const ends = { ...(isPlain(a) && { a }), ...(isPlain(b) && { b }) }
  if (!(isPlain(a) && isPlain(b))) return { ...ends, estimate: { notEstimable: 'failures' } }
  const value = b / a
  if (sides.n < leastValues(p)) return { ...ends, value, estimate: { notEstimable: 'few-values' } }
  const ground = intervalGround({ grid: sides.grid, counts: sides.counts, ...clusters.measured }, pairedFamily)
  const estimate = ground.estimate((reachOf): Estimate => {
    const differ = (logFactor: number) => {
      const { tops, sum } = shifted(sides, p, Math.exp(logFactor))
      return Math.abs(sum) > reachOf({ grid: sides.grid, tops, bottoms: sides.counts }).distance
    }
    const middle = Math.log(value)
    const [low, high] = [edgeOf(-1, middle, differ), edgeOf(1, middle, differ)]
    return low === undefined || high === undefined
      ? { notEstimable: 'beyond-values' }
      : { low: Math.exp(low), high: Math.exp(high) }
  })
  return { ...ends, value, estimate: estimate as FoundEstimate }
}

interface Sides {
  readonly n: number
  readonly grid: SortedGrid
  /** Pairs that are known, in each cell. */
  readonly counts: Float64Array
  readonly values: PairedValues
  readonly sortedA: Float64Array
  readonly sortedB: Float64Array
}

function isPlain(value: number): boolean {
  return value > 0 && value < Infinity
}

function sidesOf(values: PairedValues, grid: SortedGrid): Sides {
  const counts = new Float64Array(grid.playOf.length)
  for (const [i, value] of values.a.entries()) if (!Number.isNaN(value)) counts[grid.cellOf[i]!]! += 1
  const [sortedA, sortedB] = [values.a, values.b].map((all) => all.filter((value) => !Number.isNaN(value)).sort()) as [
    Float64Array,
    Float64Array,
  ]
  return { n: sortedA.length, grid, counts, values, sortedA, sortedB }
}

/**
 * How many more of B, divided by the factor, than of A are below the percentile of both together, in each cell and in all; twice that, since what is just that
 * percentile is half below it. So values that are all alike differ from others as soon as they do.
 */
function shifted({ grid, values: { a, b }, sortedA, sortedB }: Sides, p: number, factor: number) {
  const limit = jointQuantile(sortedA, sortedB, { p, factor })
  const tops = new Float64Array(grid.playOf.length)
  let sum = 0
  for (let i = 0; i < a.length; i += 1) {
    const more = twiceBelow(b[i]! / factor, limit) - twiceBelow(a[i]!, limit)
    if (more === 0) continue
    tops[grid.cellOf[i]!]! += more
    sum += more
  }
  return { tops, sum }
}

function twiceBelow(value: number, limit: number): number {
  return Number(value < limit) + Number(value <= limit)
}

function jointQuantile(a: Float64Array, b: Float64Array, { p, factor }: { p: number; factor: number }): number {
  const rank = (a.length + b.length - 1) * p
  const [below, above] = [Math.floor(rank), Math.ceil(rank)]
  let [i, j, low, value] = [0, 0, 0, 0]
  for (let at = 0; at <= above; at += 1) {
    const [fromA, fromB] = [a[i] ?? Infinity, (b[j] ?? Infinity) / factor]
    if (i < a.length && (fromA <= fromB || j >= b.length)) i += 1
    else j += 1
    value = Math.min(fromA, fromB)
    if (at === below) low = value
  }
  return value === Infinity ? value : low + (value - low) * (rank - below)
}

/** A ratio further off than this is no interval. */
const MOST = Math.log(100)
const FIRST_STEP = 0.004
const EXACT = 1e-4

/** How far from the middle the factors reach that are not told apart from it; `undefined` where they reach further than anybody would say. */
function edgeOf(direction: 1 | -1, middle: number, differ: (logFactor: number) => boolean): number | undefined {
  let [near, far] = [0, FIRST_STEP]
  while (!differ(middle + direction * far)) {
    ;[near, far] = [far, 2 * far]
    if (far > MOST) return undefined
  }
  while (far - near > EXACT) {
    const between = (near + far) / 2
    if (differ(middle + direction * between)) far = between
    else near = between
  }
  return middle + direction * far
}
