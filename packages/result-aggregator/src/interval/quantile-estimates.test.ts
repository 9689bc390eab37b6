import { quantile } from '@reprise/trace/quantile'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isInterval } from '../result/estimate.ts'
import { type IntervalFamily, intervalFamilies } from './interval-family.ts'
import { KnownValues } from './known-values.ts'
import { quantileEstimates } from './quantile-estimates.ts'
import { RequestClusters } from './request-clusters.ts'

interface Request {
  readonly play: number
  readonly sentMs: number
  readonly value: number
}

const halves: IntervalFamily = { blocks: 2, lags: 0, degrees: () => 11, leastMeasuredMs: 0 }

function estimates(
  requests: readonly Request[],
  { family = halves, p = 0.5, measuredMs = 100 }: { family?: IntervalFamily; p?: number; measuredMs?: number } = {},
) {
  const clusters = new RequestClusters({
    plays: Uint32Array.from(requests, ({ play }) => play),
    sentMs: Float64Array.from(requests, ({ sentMs }) => sentMs),
    measuredMs,
  })
  const values = new KnownValues(Float64Array.from(requests, ({ value }) => value))
  const { basis, estimates: all } = quantileEstimates(values, { clusters, family, probabilities: [p] })
  return { basis, estimate: all[0]! }
}

/**
 * Six plays of four requests, two in each half; 1 to 12 are below the median of 12.5. In the first half play 0 has two of these and the others one;
 * in the second play 1 has none and the others one.
 */
const worked: readonly Request[] = [
  ...[1, 2, 3, 13, 4, 14, 5, 15, 6, 16, 7, 17].map((value, i) => ({ play: Math.floor(i / 2), sentMs: 10, value })),
  ...[8, 18, 19, 20, 9, 21, 10, 22, 11, 23, 12, 24].map((value, i) => ({ play: Math.floor(i / 2), sentMs: 60, value })),
]

describe('quantileEstimates', () => {
  test('by hand: what plays and halves differ in, without what their cells do, read off at the quantiles of both ends', () => {
    // Sums over plays: 1, -1 and four 0; over halves: 1, -1; over cells: 1, -1 and ten 0.
    const variance = (6 / 5) * 2 + 2 * 2 - (12 / 11) * 2
    const reach = (2.20098516009164 * Math.sqrt(variance)) / 24
    const { basis, estimate } = estimates(worked)
    expect(basis).toEqual({ method: 'play-time', level: 0.95, n: 24, effectiveN: 6 })
    expect(estimate).toEqual({
      low: expect.closeTo(1 + 23 * (0.5 - reach), 10),
      high: expect.closeTo(1 + 23 * (0.5 + reach), 10),
      halfWidthShare: expect.closeTo((23 * reach) / 12.5, 10),
    })
  })

  test('requests of one play tell less than as many of their own', () => {
    const wide = estimates(worked.map(({ value, sentMs }) => ({ value, sentMs, play: value % 2 === 0 ? 0 : value })))
    expect(wide.basis.effectiveN).toBeCloseTo(24 ** 2 / (12 ** 2 + 12), 10)
  })

  test.each([
    [0.5, 6],
    [0.75, 13],
    [0.9, 36],
    [0.95, 72],
    [0.99, 368],
  ])('quantile %d wants %i values', (p, least) => {
    const requests = (n: number) =>
      Array.from({ length: n }, (_, i) => ({ play: i, sentMs: (100 * i) / n, value: (i * 7919) % n }))
    expect(estimates(requests(least - 1), { p }).estimate).toEqual({ notEstimable: 'few-values' })
    expect(estimates(requests(least), { p }).estimate).not.toEqual({ notEstimable: 'few-values' })
  })

  test('below three effective plays there is no interval', () => {
    const twoPlays = worked.map((request) => ({ ...request, play: request.play % 2 }))
    expect(estimates(twoPlays).estimate).toEqual({ notEstimable: 'few-plays' })
  })

  test('nor where it would reach beyond what was seen', () => {
    const halvesApart = worked.map((request) => ({ ...request, sentMs: request.value < 12.5 ? 10 : 60 }))
    expect(estimates(halvesApart).estimate).toEqual({ notEstimable: 'beyond-values' })
  })

  test('nor where it would reach into what the end cut off, or lies there itself', () => {
    const cut = (from: number) =>
      worked.map((request) => ({ ...request, value: request.value < from ? request.value : Infinity }))
    expect(estimates(cut(24)).estimate).toEqual(estimates(worked).estimate)
    expect(estimates(cut(15)).estimate).toEqual({ notEstimable: 'cut-off' })
    expect(estimates(cut(10)).estimate).toEqual({ notEstimable: 'cut-off' })
  })

  test('requests without a value count nowhere', () => {
    const more = [...worked, { play: 9, sentMs: 60, value: Number.NaN }]
    expect(estimates(more)).toEqual(estimates(worked))
  })

  test('equal values are no noise', () => {
    expect(estimates(worked.map((request) => ({ ...request, value: 5 }))).estimate).toEqual({
      low: 5,
      high: 5,
      halfWidthShare: 0,
    })
  })

  test('nor of a server that fell behind', () => {
    const at = {
      plays: Uint32Array.from(worked, ({ play }) => play),
      sentMs: Float64Array.from(worked, ({ sentMs }) => sentMs),
    }
    const clusters = new RequestClusters({ ...at, measuredMs: 100, fellBehind: true })
    const values = new KnownValues(Float64Array.from(worked, ({ value }) => value))
    const { estimates: all } = quantileEstimates(values, { clusters, family: halves, probabilities: [0.5] })
    expect(all).toEqual([{ notEstimable: 'fell-behind' }])
  })

  test('ten minutes for responses, an hour for paces', () => {
    const at = (family: keyof typeof intervalFamilies, minutes: number) =>
      estimates(worked, { family: intervalFamilies[family], measuredMs: minutes * 60_000 }).estimate
    expect(at('response', 9.9)).toEqual({ notEstimable: 'short-window' })
    expect(at('response', 10)).not.toEqual({ notEstimable: 'short-window' })
    expect(at('pace', 59.9)).toEqual({ notEstimable: 'short-window' })
    expect(at('pace', 60)).not.toEqual({ notEstimable: 'short-window' })
  })

  test('holds the quantile, scales with the values, and knows no order of requests nor names of plays', () => {
    const request = fc.record({
      play: fc.nat(9),
      sentMs: fc.double({ min: 0, max: 100, noNaN: true }),
      value: fc.oneof(fc.nat(20), fc.double({ min: 1, max: 1000, noNaN: true })),
    })
    fc.assert(
      fc.property(fc.array(request, { minLength: 6, maxLength: 200 }), fc.constantFrom(0.5, 0.75), (requests, p) => {
        const { estimate } = estimates(requests, { p })
        const other = requests.map((each) => ({ ...each, play: 9 - each.play, value: each.value * 4 })).reverse()
        const { estimate: scaled } = estimates(other, { p })
        if (!isInterval(estimate) || !isInterval(scaled)) {
          expect(scaled).toEqual(estimate)
          return
        }
        const value = quantile(
          requests.map((each) => each.value).sort((a, b) => a - b),
          p,
        )!
        expect(estimate.low).toBeLessThanOrEqual(value)
        expect(estimate.high).toBeGreaterThanOrEqual(value)
        expect(scaled.low).toBeCloseTo(4 * estimate.low, 6)
        expect(scaled.high).toBeCloseTo(4 * estimate.high, 6)
      }),
    )
  })
})
