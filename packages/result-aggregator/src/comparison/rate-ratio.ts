import { intervalGround } from '../interval/interval-ground.ts'
import type { PlayTimeGrid } from '../interval/play-time-grid.ts'
import type { RequestClusters } from '../interval/request-clusters.ts'
import { total } from '../interval/two-way-variance.ts'
import { plausibleUsage } from '../measure/plausible-usage.ts'
import { PlayNumbers } from '../measure/play-numbers.ts'
import { PlayTimes } from '../measure/play-times.ts'
import { profilingWindows } from '../measure/profiling-windows.ts'
import { ThroughputMeter } from '../measure/throughput.ts'
import type { YieldRate, YieldSums } from '../measure/yield-columns.ts'
import type { PairedRun } from './compared-run.ts'
import type { FoundFigure } from './found-figure.ts'
import { pairedFamily } from './paired-family.ts'

/** What both runs of a plan yielded, in the same cells of play x block of time. */
export interface PairedYields {
  readonly grid: PlayTimeGrid
  /** Requests of both in each cell. */
  readonly counts: Float64Array
  readonly of: (kind: YieldRate | 'laneUs') => readonly [a: Float64Array, b: Float64Array]
}

export function pairYields(a: PairedRun, b: PairedRun): PairedYields | undefined {
  const numbers = new PlayNumbers()
  const sums = [a, b].map((run) => yieldsOf(run, numbers))
  return sums[0] && sums[1] && joined(sums[0], sums[1])
}

/**
 * The ratio of a rate of two closed loads. A play yields in the time that it has its lane; what is left over of that on either side, on the scale of
 * logarithms, is taken from one another where the same play was at work in the same block.
 */
export function rateRatio(
  rate: YieldRate,
  {
    a,
    b,
    yields,
    clusters,
    level,
  }: {
    readonly a: PairedRun
    readonly b: PairedRun
    readonly yields: PairedYields | undefined
    readonly clusters: RequestClusters
    readonly level?: number
  },
): FoundFigure {
  const [before, after] = [a.result.throughput?.[rate], b.result.throughput?.[rate]]
  const ends = { ...(before !== undefined && { a: before }), ...(after !== undefined && { b: after }) }
  if (!(before && after)) return { ...ends, estimate: { notEstimable: 'not-measured' } }
  const value = after / before
  if (!yields) return { ...ends, value, estimate: { notEstimable: 'offered-load' } }
  const { grid, counts } = yields
  const tops = leftOver(yields, rate)
  const ground = intervalGround({ grid, counts, ...clusters.measured }, pairedFamily, level)
  const estimate = ground.estimate((reachOf) => {
    const factor = Math.exp(reachOf({ grid, tops, bottoms: tops.map(() => 1) }).distance)
    return { low: value / factor, high: value * factor }
  })
  return { ...ends, value, estimate }
}

/** `undefined` of an open load, whose plays have no lane, and of a run that measured nothing. */
function yieldsOf(
  { result, replayed: { run, phases, records } }: PairedRun,
  numbers: PlayNumbers,
): YieldSums | undefined {
  const windows = profilingWindows(run.plan.load, phases)
  const measuredMs = result.throughput?.windowMs
  if (run.plan.load.kind !== 'lanes' || windows.length === 0 || measuredMs === undefined) return undefined
  const [meter, times] = [new ThroughputMeter(windows, numbers), new PlayTimes()]
  for (const record of records) {
    times.add(record)
    if (record.phase === 'profiling') meter.add(plausibleUsage(record))
  }
  return meter.sums(times, { measuredMs, blocks: pairedFamily.blocks })
}

function joined(a: YieldSums, b: YieldSums): PairedYields {
  const grids = [a.grid(), b.grid()] as const
  const cells = new Map<number, number>()
  const placesOf = ({ playOf, blockOf, blocks }: PlayTimeGrid) =>
    Array.from(playOf, (play, cell) => {
      const place = play * blocks + blockOf[cell]!
      const known = cells.get(place) ?? cells.size
      cells.set(place, known)
      return known
    })
  const places = grids.map(placesOf) as [number[], number[]]
  const { blocks } = grids[0]
  const spread = (sums: Float64Array, own: readonly number[]) => {
    const all = new Float64Array(cells.size)
    for (const [cell, sum] of sums.entries()) all[own[cell]!] = sum
    return all
  }
  const of = (kind: YieldRate | 'laneUs' | 'yields') =>
    [spread(a.of(kind), places[0]), spread(b.of(kind), places[1])] as const
  const [yieldsA, yieldsB] = of('yields')
  return {
    grid: {
      playOf: Uint32Array.from(cells.keys(), (place) => Math.floor(place / blocks)),
      blockOf: Uint8Array.from(cells.keys(), (place) => place % blocks),
      blocks,
    },
    counts: yieldsA.map((count, cell) => count + yieldsB[cell]!),
    of,
  }
}

function leftOver(yields: PairedYields, rate: YieldRate): Float64Array {
  const [[amountsA, amountsB], [timesA, timesB]] = [yields.of(rate), yields.of('laneUs')]
  const own = (amounts: Float64Array, times: Float64Array) => {
    const [amount, time] = [total(amounts), total(times)]
    return amounts.map((each, cell) => each / amount - times[cell]! / time)
  }
  const [ofA, ofB] = [own(amountsA, timesA), own(amountsB, timesB)]
  return ofB.map((each, cell) => each - ofA[cell]!)
}
