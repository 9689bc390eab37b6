/*
 * Formulas that are written here and share nothing with those that the program uses: sums over plain lists, quantiles from the sorted values,
 * Student's t from a table.
 */
import { windowMs } from './recomputed-run.fixture.ts'

/** Student's t at 97.5 %, by degrees of freedom. */
export const t = { 2: 4.302652729749464, 3: 3.18244630528371, 4: 2.776445105197794 }

export const shares = { p50: 0.5, p75: 0.75, p90: 0.9, p95: 0.95, p99: 0.99 }

/** Figures by their path in the result. */
export type Figures = Record<string, number>

export interface Part {
  readonly play: string
  readonly atMs: number
  readonly top: number
  readonly bottom: number
}

export interface Blocks {
  readonly blocks: number
  readonly lags: number
}

/** The root of the variance of the sum of top - ratio * bottom. */
export function errorOf(parts: readonly Part[], how: Blocks): number {
  const { byPlay, byTime, byCell } = variancesOf(parts, how)
  return Math.sqrt(Math.max(byPlay + byTime - byCell, byPlay, byTime))
}

/** How far such a sum reaches, and with how many degrees of freedom: those of the plays and those of the blocks, each for its part of the variance. */
export function pooledReach(parts: readonly Part[], { ofBlocks, plays, ...how }: Blocks & Pooled) {
  const { byPlay, byTime } = variancesOf(parts, how)
  const sizes = [...Map.groupBy(plays, (play) => play).values()].map(({ length }) => length)
  const ofPlays = sum(sizes) ** 2 / sum(sizes.map((size) => size ** 2)) - 1
  const degrees = (byPlay + byTime) ** 2 / (byPlay ** 2 / Math.max(1, ofPlays) + byTime ** 2 / ofBlocks)
  return { degrees, distance: tAt(degrees) * errorOf(parts, how) }
}

export interface Pooled {
  readonly ofBlocks: number
  /** Of each request its play. */
  readonly plays: readonly string[]
}

/** Student's t at 97.5 % for any number of degrees: its density, halves of it left and right of 0, added up by Simpson's rule over the tangent of an angle. */
function tAt(degrees: number): number {
  const below = (limit: number) => {
    const [steps, end] = [2_000, Math.atan(limit / Math.sqrt(degrees))]
    const at = (i: number) => Math.cos((end * i) / steps) ** (degrees - 1)
    let all = at(0) + at(steps)
    for (let i = 1; i < steps; i += 1) all += at(i) * (i % 2 === 0 ? 2 : 4)
    return (all * end) / steps / 3
  }
  const half = below(1e9)
  let [low, high] = [0, 1e4]
  for (let i = 0; i < 80; i += 1) {
    const middle = (low + high) / 2
    if (below(middle) < 0.95 * half) low = middle
    else high = middle
  }
  return low
}

function variancesOf(parts: readonly Part[], { blocks, lags }: Blocks) {
  const ratio = sum(parts.map(({ top }) => top)) / sum(parts.map(({ bottom }) => bottom))
  const blockOf = ({ atMs }: Part) => Math.min(blocks - 1, Math.floor((atMs / windowMs) * blocks))
  const grouped = (name: (part: Part) => string | number) =>
    [...Map.groupBy(parts, name).values()].map((own) => sum(own.map(({ top, bottom }) => top - ratio * bottom)))
  const squares = (left: readonly number[]) => (sum(left.map((each) => each ** 2)) * left.length) / (left.length - 1)
  const byPlay = squares(grouped(({ play }) => play))
  const byCell = squares(grouped((part) => `${part.play} ${blockOf(part)}`))
  const inTime = Array.from({ length: blocks }, (_, block) =>
    sum(parts.filter((part) => blockOf(part) === block).map(({ top, bottom }) => top - ratio * bottom)),
  )
  let likeness = 0
  for (let lag = 1; lag <= lags; lag += 1)
    for (let i = lag; i < blocks; i += 1) likeness += 2 * (1 - lag / (lags + 1)) * inTime[i]! * inTime[i - lag]!
  const byTime = squares(inTime) + (Math.max(0, likeness) * blocks) / (blocks - 1)
  return { byPlay, byTime, byCell }
}

/** Linear between the neighbours of the place (n - 1) p. */
export function quantileOf(values: readonly number[], p: number): number {
  const rising = [...values].sort((one, other) => one - other)
  const place = (rising.length - 1) * p
  const [below, above] = [rising[Math.floor(place)]!, rising[Math.ceil(place)]!]
  return below === above ? below : below + (above - below) * (place - Math.floor(place))
}

export function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0)
}

export function mean(values: readonly number[]): number {
  return sum(values) / values.length
}

/** n, mean, deviation, ends and percentiles of values. */
export function distribution(path: string, values: readonly number[]): Figures {
  return {
    [`${path}.n`]: values.length,
    [`${path}.mean`]: mean(values),
    [`${path}.std`]: Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2))),
    [`${path}.min`]: Math.min(...values),
    [`${path}.max`]: Math.max(...values),
    ...percentiles(path, values),
  }
}

export function percentiles(path: string, values: readonly number[]): Figures {
  return Object.fromEntries(Object.entries(shares).map(([name, p]) => [`${path}.${name}`, quantileOf(values, p)]))
}

/** What an interval rests on: of each value its play. */
export function basis(path: string, plays: readonly string[]): Figures {
  const sizes = [...Map.groupBy(plays, (play) => play).values()].map(({ length }) => length)
  return {
    [`${path}.level`]: 0.95,
    [`${path}.n`]: plays.length,
    [`${path}.effectiveN`]: sum(sizes) ** 2 / sum(sizes.map((size) => size ** 2)),
  }
}

export function interval(path: string, { low, value, high }: Record<'low' | 'value' | 'high', number>): Figures {
  return { [`${path}.low`]: low, [`${path}.high`]: high, [`${path}.halfWidthShare`]: (high - low) / 2 / value }
}

/** How long something lasts where some of it had not ended: at each end the share that lasts falls by those that end among those still at risk. */
export function survival(path: string, ended: readonly number[], unended: readonly number[]): Figures {
  const own: Figures = {
    [`${path}.n`]: ended.length,
    ...(unended.length > 0 && { [`${path}.cutOff`]: unended.length }),
  }
  let lasting = 1
  for (const at of [...new Set(ended)].sort((one, other) => one - other)) {
    const atRisk = [...ended, ...unended].filter((each) => each >= at).length
    lasting *= 1 - ended.filter((each) => each === at).length / atRisk
    for (const [name, p] of Object.entries(shares))
      if (lasting <= 1 - p + 1e-9 && !(`${path}.${name}` in own)) own[`${path}.${name}`] = at
  }
  return own
}
