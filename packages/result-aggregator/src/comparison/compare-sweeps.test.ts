import { doing } from '@reprise/matrix-generator/fixtures'
import { expect, test } from 'vitest'
import type { CollectedJob } from '../result/collection.ts'
import { SweepComparison } from '../result/sweep-comparison.ts'
import { collectionOf, done, failed } from '../testing/collection.fixture.ts'
import { lasting, sweepJob } from '../testing/sweep.fixture.ts'
import { compareSweeps } from './compare-sweeps.ts'

/** The row with another TTFT. */
function slower(row: CollectedJob, factor: number): CollectedJob {
  const results = row.results.map((result) => {
    const { ttft } = result.metrics
    return { ...result, metrics: { ...result.metrics, ttft: { ...ttft!, p50: ttft!.p50! * factor } } }
  })
  return { ...row, results }
}
const compare = (before: readonly CollectedJob[], after: readonly CollectedJob[]) =>
  compareSweeps(collectionOf(...before), collectionOf(...after)).points

test('a point of both sweeps has both figures', () => {
  const row = done(sweepJob(1))
  const comparison = compareSweeps(collectionOf(row), collectionOf(slower(row, 1.5)))
  expect(SweepComparison.parse(comparison)).toEqual(comparison)
  expect(comparison.points).toMatchObject([
    {
      lanes: 2,
      before: 'indicative',
      after: 'indicative',
      job: {},
      work: {},
      figures: { ttft_p50_ms: { before: 100, after: 150 } },
    },
  ])
})

test('where both have intervals, the change has one', () => {
  const withInterval = (row: CollectedJob, p50: number, low: number, high: number): CollectedJob => {
    const results = row.results.map((result) => {
      const { ttft } = result.metrics
      const none = { notEstimable: 'few-plays' as const }
      const basis = { method: 'play-time', level: 0.95, n: 9, effectiveN: 5 } as const
      const intervals = { ...basis, p50: { low, high }, p75: none, p90: none, p95: none, p99: none }
      return { ...result, metrics: { ...result.metrics, ttft: { ...ttft!, p50, intervals } } }
    })
    return { ...row, results }
  }
  const row = done(sweepJob(1))
  const [point] = compare([withInterval(row, 100, 80, 125)], [withInterval(row, 200, 160, 250)])
  const reach = Math.exp(Math.SQRT2 * Math.log(1.25))
  expect(point!.figures.ttft_p50_ms).toEqual({
    ...{ before: 100, after: 200 },
    change: { low: expect.closeTo(2 / reach, 9), high: expect.closeTo(2 * reach, 9) },
  })
  expect(point!.figures.ttft_p90_ms).not.toHaveProperty('change')
  expect(compare([withInterval(row, 100, 80, 125)], [row])[0]!.figures.ttft_p50_ms).not.toHaveProperty('change')
})

test('with another image the same place of the search space is the same point, and the image is told', () => {
  const job = sweepJob(1)
  const [point, ...others] = compare([done(job)], [done(doing(sweepJob(9), { image: 'example/vllm:v2' }))])
  expect(others).toEqual([])
  expect(point).toMatchObject({ job: { image: { before: 'example/vllm:v1', after: 'example/vllm:v2' } }, work: {} })
  expect(point!.figures.ttft_p50_ms).toEqual({ before: 100, after: 100 })
})

test('another topology, another configuration or another number of lanes is another point', () => {
  const others = [
    sweepJob(2, { configKey: 'another' }),
    sweepJob(3, {}, { concurrencies: [4] }),
    sweepJob(4, {}, { topology: { kind: 'single', tp: 8, pp: 1, dcpSize: 1, pcpSize: 1, ep: 1, dpAttn: false } }),
  ]
  for (const job of others) {
    const points = compare([done(sweepJob(1))], [done(job)])
    expect(points.map(({ before, after }) => [before, after])).toEqual([
      [undefined, 'indicative'],
      ['indicative', undefined],
    ])
  }
})

test('where two points could be meant, none is', () => {
  const images = ['a', 'b'].map((image, i) => done(sweepJob(i + 2, {}, { image })))
  expect(compare(images, [done(sweepJob(9))]).filter(({ before, after }) => before && after)).toEqual([])
})

test('another window is another work: both figures are there, and so is what differs', () => {
  const [point] = compare([done(sweepJob(1))], [done(sweepJob(2, {}, { scenario: lasting(4) }))])
  expect(point).toMatchObject({
    job: { duration: { before: '2', after: '4' } },
    work: { until: { before: 'window 2 s', after: 'window 4 s' } },
  })
})

test('a failed job has its class and no figure, at each of its lanes', () => {
  const job = sweepJob(1, {}, { concurrencies: [2, 4] })
  const points = compare([], [failed(job, 'server', 'it died')])
  expect(points.map(({ lanes, after, figures }) => [lanes, after, figures])).toEqual([
    [2, 'FAILED server', {}],
    [4, 'FAILED server', {}],
  ])
})
