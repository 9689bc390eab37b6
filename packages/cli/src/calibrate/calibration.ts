import { quantile } from '@reprise/trace/quantile'
import type { InstantErrors, Spread } from './compare-instants.ts'

/** How the client fared with so many streams; of several rounds, the median of each figure. */
export interface CalibrationPoint extends InstantErrors {
  readonly streams: number
  readonly chunksPerS: number
  /** CPU time of the client's process for each chunk, requests and records included. */
  readonly cpuPerChunkUs: number
  /** Of one core. */
  readonly cpuShare: number
  readonly eventLoopDelayP99Ms: number
  /** Share of the time in which the client was ready to run and other programs had the cores; absent where the system does not say. */
  readonly coreWaitShare?: number
  /** Both errors are within the limit at p99, every chunk could be laid beside the server's, and the pace was kept. */
  readonly trusted: boolean
}

/** What `calibrate client` found. */
export interface Calibration {
  readonly schema: 'client-calibration/1'
  readonly node: string
  readonly cpus: number
  readonly tokensPerSPerStream: number
  readonly rounds: number
  readonly limitMs: number
  readonly points: readonly CalibrationPoint[]
  /** The most streams that were tried, up to which every count was trusted; absent where the first was not. */
  readonly trustedStreams?: number
}

/** The point that stands for several rounds of one stream count: the median of each of their figures. */
export function medianPoint(
  rounds: readonly Omit<CalibrationPoint, 'trusted'>[],
  limits: { readonly limitMs: number; readonly tokensPerS: number },
): CalibrationPoint {
  const coreWaitShare = medianOf(rounds, (each) => each.coreWaitShare)
  const point = {
    streams: rounds[0]!.streams,
    chunks: medianOf(rounds, (each) => each.chunks)!,
    chunksPerS: medianOf(rounds, (each) => each.chunksPerS)!,
    cpuPerChunkUs: medianOf(rounds, (each) => each.cpuPerChunkUs)!,
    cpuShare: medianOf(rounds, (each) => each.cpuShare)!,
    eventLoopDelayP99Ms: medianOf(rounds, (each) => each.eventLoopDelayP99Ms)!,
    ...(coreWaitShare !== undefined && { coreWaitShare }),
    unmatched: Math.max(...rounds.map((each) => each.unmatched)),
    ...medianSpread('ttftErrorMs', rounds),
    ...medianSpread('chunkErrorMs', rounds),
    ...medianSpread('gapErrorMs', rounds),
    ...medianSpread('sendDelayMs', rounds),
    ...medianSpread('serverDelayMs', rounds),
  }
  return { ...point, trusted: isTrusted(point, limits) }
}

/** The most streams up to which every point is trusted. */
export function trustedStreams(points: readonly CalibrationPoint[]): number | undefined {
  let most: number | undefined
  for (const point of points.toSorted((a, b) => a.streams - b.streams)) {
    if (!point.trusted) break
    most = point.streams
  }
  return most
}

/** Between two replies a stream has a short pause; a server that gave less than this share of the pace was not a test of the client. */
const PACE_SHARE = 0.8

/** An absent figure is not a good one. */
function isTrusted(
  { streams, chunksPerS, ttftErrorMs, chunkErrorMs, unmatched }: Omit<CalibrationPoint, 'trusted'>,
  { limitMs, tokensPerS }: { readonly limitMs: number; readonly tokensPerS: number },
): boolean {
  const within = (spread: Spread | undefined) => spread !== undefined && spread.p99 <= limitMs
  const paced = chunksPerS >= PACE_SHARE * streams * tokensPerS
  return within(ttftErrorMs) && within(chunkErrorMs) && unmatched === 0 && paced
}

type SpreadName = 'ttftErrorMs' | 'chunkErrorMs' | 'gapErrorMs' | 'sendDelayMs' | 'serverDelayMs'

/** Absent where a round lacks it. */
function medianSpread(name: SpreadName, rounds: readonly InstantErrors[]): { readonly [key in SpreadName]?: Spread } {
  const of = (figure: keyof Spread) => medianOf(rounds, (each) => each[name]?.[figure])
  const [n, p50, p99, min, max] = [of('n'), of('p50'), of('p99'), of('min'), of('max')]
  if (n === undefined || p50 === undefined || p99 === undefined || min === undefined || max === undefined) return {}
  return { [name]: { n, p50, p99, min, max } }
}

function medianOf<T>(rounds: readonly T[], figure: (round: T) => number | undefined): number | undefined {
  const values = rounds.map(figure).filter((value) => value !== undefined)
  if (values.length < rounds.length) return undefined
  return quantile(
    values.sort((a, b) => a - b),
    0.5,
  )
}
