import type { ServerMetricsLine } from '@reprise/telemetry'
import { expect, test } from 'vitest'
import type { ExportedRun } from '../run/exported-run.ts'
import { serverMetricsExport } from './server-metrics-export.ts'

/** Ten milliseconds of warm-up, three of profiling, on virtual time; pages every millisecond. */
const phases = [
  { phase: 'warmup', startMs: 0, endMs: 10 },
  { phase: 'profiling', startMs: 10, endMs: 13 },
] as const
const url = 'http://gpu:8000/metrics'
const head = {
  ...{ schema: 'server-metrics/1', attempt: 1, intervalMs: 1, timeoutMs: 5_000, maxFileBytes: 1_000 },
  sources: [{ url, found: 'endpoint' }],
} satisfies ServerMetricsLine

async function exported(lines: readonly ServerMetricsLine[]) {
  const run = { result: { provenance: { planDigest: 'a'.repeat(64) }, server: { intervalMs: 1 } } }
  const server = {
    phases: phases.map((span) => ({ ...span, attempt: 1 })),
    lines: async function* () {
      yield* lines
    },
  }
  let text = ''
  for await (const piece of serverMetricsExport(run as unknown as ExportedRun, server)) text += piece
  return { text, value: JSON.parse(text) }
}

const page = (atMs: number, changes: object): ServerMetricsLine => ({ source: 0, atMs, tookMs: 2, ...changes })

test('by hand: a counter rises, begins anew and comes into being; a gauge has its samples', async () => {
  const { value } = await exported([
    head,
    page(9.5, {
      new: [
        ['a_total', 100],
        ['g{engine="0"}', 1],
      ],
    }),
    page(10.5, { set: [0, 104, 1, 3] }),
    page(11.5, { set: [0, 2], new: [['b_total{x="1"}', 5]] }),
    page(12.5, { set: [0, 5, 1, 5] }),
  ])
  const { a, b, g } = value.metrics
  // 4, then 2 of a process that began anew, then 3; from 9.5 to 12.5 ms.
  expect(a).toMatchObject({ type: 'counter', series: [{ endpoint_url: url, stats: { total: 9, rate: 3_000 } }] })
  expect(a.series[0].timeslices.map(({ total, rate }: { total: number; rate: number }) => [total, rate])).toEqual([
    [4, 4_000],
    [2, 2_000],
    [3, 3_000],
  ])
  expect(a.series[0].stats).toMatchObject({ rate_avg: 3_000, rate_min: 2_000, rate_max: 4_000, rate_std: 1_000 })
  expect(b.series[0]).toMatchObject({ labels: { x: '1' }, stats: { total: 5 } })
  // 3, 3, 5: mean 11 / 3, squares (4 + 4 + 16) / 9.
  expect(g.series[0].stats).toMatchObject({ avg: 11 / 3, min: 3, max: 5, p50: 3, p75: 4 })
  expect(g.series[0].stats.std).toBeCloseTo(Math.sqrt(24 / 9 / 2), 12)
  expect(value.warmup_metrics.g.series[0].stats).toMatchObject({ avg: 1, std: 0 })
  expect(value.summary.endpoint_info[url]).toMatchObject({ total_fetches: 3, avg_fetch_latency_ms: 2 })
})

test('instants are whole nanoseconds, and what a page puts into labels stays text', async () => {
  const label = 'x","start_ns":1,"y":"\u2028</script>'
  const { text, value } = await exported([
    head,
    page(10.5, { new: [[`g{l=${JSON.stringify(label).replace('\\u2028', '\u2028')}}`, 1]] }),
  ])
  expect(text).toContain('"start_ns":86400010000000,"end_ns":86400011000000')
  expect(value.metrics.g.series[0].labels).toEqual({ l: label })
  expect(value.summary).toMatchObject({ start_time: '1970-01-02T00:00:00.010' })
})

test('by hand: a histogram by its parts; summaries, dates of creation and what is no number are left out', async () => {
  const bucket = (le: string) => `h_bucket{le="${le}"}`
  const { value } = await exported([
    head,
    page(9.5, {
      new: [
        [bucket('0.1'), 1],
        [bucket('+Inf'), 2],
        ['h_sum', 0.5],
        ['h_count', 2],
        ['s{quantile="0.5"}', 1],
        ['s_sum', 1],
        ['s_count', 1],
        ['t_sum', 1],
        ['t_count', 1],
        ['h_created', 1_700_000_000],
        ['n', 'NaN'],
      ],
    }),
    page(10.5, { set: [0, 4, 1, 7, 2, 2.5, 3, 7] }),
  ])
  expect(Object.keys(value.metrics)).toEqual(['h'])
  expect(value.metrics.h).toMatchObject({
    type: 'histogram',
    series: [
      { stats: { count: 5, sum: 2, avg: 0.4, count_rate: 5_000, sum_rate: 2_000 }, buckets: { 0.1: 3, '+Inf': 5 } },
    ],
  })
  expect(value.metrics.h.series[0].timeslices[0]).toMatchObject({ count: 5, sum: 2, avg: 0.4 })
})

test('a histogram that counted nothing in the window has no slices', async () => {
  const { value } = await exported([
    head,
    page(9.5, {
      new: [
        ['h_bucket{le="+Inf"}', 2],
        ['h_sum', 1],
        ['h_count', 2],
      ],
    }),
    page(12, {}),
  ])
  expect(value.metrics.h.series).toEqual([expect.objectContaining({ stats: { count: 0 }, buckets: { '+Inf': 0 } })])
  expect(value.metrics.h.series[0]).not.toHaveProperty('timeslices')
})

test('a page that was asked for at an edge is what counters are laid against, and what they came to', async () => {
  const { value, text } = await exported([
    head,
    page(9.5, { new: [['a_total', 100]] }),
    page(10.002, { set: [0, 105], edge: 'profiling-start' }),
    page(12, { set: [0, 110] }),
    page(13.004, { set: [0, 112], new: [['g', 4]], edge: 'profiling-end' }),
    page(14, { set: [0, 150] }),
  ])
  expect(value.metrics.a.series[0].stats).toMatchObject({ total: 7, rate: expect.closeTo(7 / 0.003002, 6) })
  expect(value.metrics.g.series[0].timeslices).toMatchObject([{ avg: 4, is_complete: false }])
  expect(text).toContain('"profiling":{"start_ns":86400010002001,"end_ns":86400013004000}')
})

test('what was counted between two attempts is nobody’s', async () => {
  const { value } = await exported([
    head,
    page(10.2, { new: [['a_total', 10]] }),
    page(10.8, { set: [0, 12] }),
    { ...head, attempt: 2 },
    page(12.2, { new: [['a_total', 50]] }),
    page(12.8, { set: [0, 51] }),
  ])
  expect(value.metrics.a.series[0].stats.total).toBe(3)
})

test('what is infinite is no number, in the first page of a later attempt too', async () => {
  const { value } = await exported([
    head,
    page(10.2, { new: [['g', 1]] }),
    { ...head, attempt: 2 },
    page(11.2, { new: [['g', '+Inf']] }),
    page(12.2, { set: [0, 3] }),
  ])
  expect(value.metrics.g.series[0].stats).toMatchObject({ avg: 2, min: 1, max: 3, std: Math.sqrt(2) })
})

test('lines of no sampler are refused, and of a source that never answered there is the address alone', async () => {
  await expect(exported([head, page(10.5, { set: [3, 1] })])).rejects.toThrow(RangeError)
  const { value } = await exported([head, { source: 0, atMs: 10.5, tookMs: 1, problem: 'status' }])
  expect(value).toMatchObject({ metrics: {}, summary: { endpoints_configured: [url], endpoints_successful: [] } })
})
