import { quantile } from '@reprise/trace/quantile'
import { deviationOf, meanOf } from '../run/mean-of.ts'
import type { FamilyMember, MetricFamily } from './metric-families.ts'
import { risesOf, type SampledPage, valuesOf } from './sampled-pages.ts'
import { type SliceWindow, samplesIn, type WindowSlice } from './window-slices.ts'

/** What a series was in a window, under AIPerf's names. */
export interface SeriesStats {
  readonly stats: Readonly<Record<string, number>>
  /** Of a histogram: by the upper bound, how much each rose. */
  readonly buckets?: Readonly<Record<string, number>>
  /** Of each slice that has any. */
  readonly slices: readonly { readonly slice: WindowSlice; readonly stats: Readonly<Record<string, number>> }[]
}

/** The window, its slices, and which samples of a page lie in each. */
export interface SlicedWindow extends SliceWindow {
  readonly slices: readonly WindowSlice[]
}

/** `undefined` where the window has no sample of it. */
export function seriesStats(
  type: MetricFamily['type'],
  member: FamilyMember,
  window: SlicedWindow,
): SeriesStats | undefined {
  if (type === 'gauge') return gaugeStats(member.page, member.parts.get('value')!, window)
  if (type === 'counter') return counterStats(member.page, member.parts.get('value')!, window)
  return histogramStats(member, window)
}

const shares = [1, 5, 10, 25, 50, 75, 90, 95, 99]

/** Over all samples of the window, the last instant with it. Source: AIPerf 0.13.0, export_stats.py: percentiles linear, `std` of a sample. */
function gaugeStats(page: SampledPage, key: string, window: SlicedWindow): SeriesStats | undefined {
  const values = valuesOf(page, key)
  const known = (from: number, until: number) => values.subarray(from, until).filter((value) => !Number.isNaN(value))
  const [from] = samplesIn(page, window, false)
  const [, until] = samplesIn(page, window, true)
  const all = known(from, until)
  if (all.length === 0) return undefined
  const sorted = all.slice().sort()
  return {
    stats: {
      ...{ avg: meanOf(all), min: sorted[0]!, max: sorted.at(-1)! },
      std: deviationOf(all, 'sample'),
      ...Object.fromEntries(shares.map((share) => [`p${share}`, quantile(sorted, share / 100)!])),
    },
    slices: window.slices.flatMap((slice) => {
      // The last instant of the window is in its last slice.
      const ends = slice.endMs >= window.endMs
      const own = known(samplesIn(page, slice, false)[0], samplesIn(page, slice, ends)[1]).sort()
      if (own.length === 0) return []
      return [{ slice, stats: { avg: meanOf(own), min: own[0]!, max: own.at(-1)! } }]
    }),
  }
}

function counterStats(page: SampledPage, key: string, window: SlicedWindow): SeriesStats | undefined {
  const rise = riseIn(page, key)
  const seen = spanOf(page, window)
  if (!seen) return undefined
  const total = rise(window)
  const slices = window.slices.map((slice) => {
    const own = rise(slice)
    return { slice, stats: { total: own, rate: own / secondsOf(slice) } }
  })
  const rates = Float64Array.from(slices.flatMap(({ slice, stats }) => (slice.isComplete ? [stats.rate] : [])))
  return {
    stats: { total, rate: seen.s > 0 ? total / seen.s : 0, ...(rates.length > 0 && rateStats(rates)) },
    slices,
  }
}

function rateStats(rates: Float64Array): Record<string, number> {
  const sorted = rates.slice().sort()
  return {
    rate_avg: meanOf(rates),
    rate_min: sorted[0]!,
    rate_max: sorted.at(-1)!,
    rate_std: deviationOf(rates, 'sample'),
  }
}

/** Of one that counted nothing in the window AIPerf tells no slices. */
function histogramStats({ page, parts }: FamilyMember, window: SlicedWindow): SeriesStats | undefined {
  const seen = spanOf(page, window)
  const rise = (part: string) => {
    const key = parts.get(part)
    return key === undefined ? () => 0 : riseIn(page, key)
  }
  const [sum, count] = [rise('sum'), rise('count')]
  if (!seen) return undefined
  const whole = countedStats(sum(window), count(window))
  const bounds = [...parts.keys()].filter((part) => part !== 'sum' && part !== 'count')
  const buckets = bounds
    .sort((one, other) => boundOf(one) - boundOf(other))
    .map((bound) => [bound, Math.round(riseIn(page, parts.get(bound)!)(window))] as const)
  return {
    stats:
      whole.count === 0
        ? { count: 0 }
        : { ...whole, ...(seen.s > 0 && { count_rate: whole.count / seen.s, sum_rate: whole.sum / seen.s }) },
    ...(buckets.length > 0 && { buckets: Object.fromEntries(buckets) }),
    slices:
      whole.count === 0 ? [] : window.slices.map((slice) => ({ slice, stats: countedStats(sum(slice), count(slice)) })),
  }
}

function countedStats(sum: number, count: number) {
  const whole = Math.round(count)
  return { count: whole, sum, avg: whole > 0 ? sum / whole : 0 }
}

/** Sums of rises, each looked up in two places. */
function riseIn(page: SampledPage, key: string): (window: SliceWindow) => number {
  const upTo = new Float64Array(page.atMs.length + 1)
  for (const [i, rise] of risesOf(page, key).entries()) upTo[i + 1] = upTo[i]! + rise
  return (window) => {
    const [from, until] = samplesIn(page, window, true)
    return upTo[until]! - upTo[from]!
  }
}

/** From the last sample before a window, or the first in it, to its last; `undefined` where it has none. */
function spanOf(page: SampledPage, window: SliceWindow): { readonly s: number } | undefined {
  const [from, until] = samplesIn(page, window, true)
  return until > from ? { s: (page.atMs[until - 1]! - page.atMs[Math.max(0, from - 1)]!) / 1_000 } : undefined
}

function secondsOf({ startMs, endMs }: SliceWindow): number {
  return (endMs - startMs) / 1_000
}

function boundOf(le: string): number {
  return le === '+Inf' ? Infinity : Number(le)
}
