import { existsSync, readFileSync } from 'node:fs'
import { parsePage, type ServerMetricsLine } from '@reprise/telemetry'
import { describe, expect, test } from 'vitest'
import type { Metrics } from '../../result/metric.ts'
import { sampleLines, samplesHead } from '../../testing/server-lines.fixture.ts'
import { besideClient } from './beside-client.ts'
import { ServerMeasure } from './server-measure.ts'

function measured(lines: readonly ServerMetricsLine[]) {
  const measure = new ServerMeasure([{ startMs: 1_000, endMs: 5_000 }])
  for (const line of lines) measure.add(line)
  return measure.result()!
}

describe('where prompt tokens came from', () => {
  test('by vLLM, once for each token', () => {
    const source = (name: string) => `vllm:prompt_tokens_by_source_total{source="${name}"}`
    const page = (computed: number, local: number, external: number) => ({
      [source('local_compute')]: computed,
      [source('local_cache_hit')]: local,
      [source('external_kv_transfer')]: external,
      'vllm:prefix_cache_queries_total': 9 * (computed + local),
      'vllm:prefix_cache_hits_total': 0,
    })
    const lines = [
      samplesHead(),
      ...sampleLines([
        [1_000, page(0, 0, 0)],
        [5_000, page(100, 250, 50)],
      ]),
    ]
    expect(measured(lines).prompt).toEqual({
      by: 'tokens',
      computedTokens: 100,
      localHitTokens: 250,
      externalHitTokens: 50,
      hitRate: 0.75,
    })
  })

  test('by an older vLLM, at every lookup', () => {
    const page = (queries: number, hits: number) => ({
      'vllm:gpu_prefix_cache_queries_total': queries,
      'vllm:gpu_prefix_cache_hits_total': hits,
    })
    const lines = [
      samplesHead(),
      ...sampleLines([
        [1_000, page(0, 0)],
        [5_000, page(80, 20)],
      ]),
    ]
    expect(measured(lines).prompt).toEqual({ by: 'lookups', computedTokens: 60, localHitTokens: 20, hitRate: 0.25 })
  })

  test('by SGLang: what is in no cache was computed; device, host and storage', () => {
    const cached = (name: string) => `sglang:cached_tokens_total{cache_source="${name}"}`
    const page = (times: number) => ({
      'sglang:prompt_tokens_total': 1_000 * times,
      'sglang:generation_tokens_total': 10 * times,
      [cached('device')]: 600 * times,
      [cached('host')]: 100 * times,
      [cached('storage_nixl')]: 100 * times,
      [cached('total')]: 800 * times,
      'sglang:token_usage{tp_rank="0"}': 0.5,
      'sglang:num_running_reqs{tp_rank="0"}': 3,
      'sglang:num_queue_reqs{tp_rank="0"}': 2,
      'sglang:max_total_num_tokens{tp_rank="0"}': 400_000,
    })
    expect(
      measured([
        samplesHead(),
        ...sampleLines([
          [1_000, page(0)],
          [5_000, page(1)],
        ]),
      ]),
    ).toMatchObject({
      prompt: { by: 'tokens', computedTokens: 200, localHitTokens: 600, externalHitTokens: 200, hitRate: 0.8 },
      promptTokens: 1_000,
      generatedTokens: 10,
      kvPoolTokens: 400_000,
      kvUse: { mean: 0.5, p90: 0.5, max: 0.5 },
      running: { mean: 3 },
      waiting: { mean: 2 },
    })
  })
})

test('a histogram of the server: mean, percentiles inside a bucket, none above the last bound', () => {
  const bucket = (le: string) => `vllm:time_to_first_token_seconds_bucket{le="${le}"}`
  const page = (below: readonly number[], sum: number) => ({
    [bucket('0.2')]: below[0]!,
    [bucket('0.5')]: below[1]!,
    [bucket('+Inf')]: below[2]!,
    'vllm:time_to_first_token_seconds_sum': sum,
    'vllm:time_to_first_token_seconds_count': below[2]!,
  })
  const lines = [
    samplesHead(),
    ...sampleLines([
      [1_000, page([5, 5, 5], 1)],
      [4_000, page([9, 13, 15], 5)],
    ]),
  ]
  // Ten more: four up to 200 ms, four up to 500 ms, two above. The fifth is the first of the four in the second bucket.
  const { ttft } = measured(lines).latency!
  expect(ttft).toEqual({ n: 10, meanMs: 400, p50Ms: expect.closeTo(275, 9) })
  // Below 200 ms nobody knows more.
  const low = [
    samplesHead(),
    ...sampleLines([
      [1_000, page([0, 0, 0], 0)],
      [4_000, page([9, 9, 9], 0.9)],
    ]),
  ]
  expect(measured(low).latency!.ttft).toEqual({ n: 9, meanMs: expect.closeTo(100, 9) })
})

test('the difference of both sides is told where they counted the same requests', () => {
  const server = (n: number) => ({
    sources: [],
    intervalMs: 1_000,
    latency: { ttft: { n, meanMs: 90 }, queue: { n, meanMs: 30 } },
  })
  const metrics = { ttft: { n: 100, mean: 100 } } as Metrics
  expect(besideClient(server(103), metrics).besideClient).toEqual({
    ttft: { clientMs: 100, clientN: 100, serverMs: 90, serverN: 103, outsideMs: 10, queueMs: 30 },
  })
  expect(besideClient(server(120), metrics).besideClient!.ttft).not.toHaveProperty('outsideMs')
  expect(besideClient(server(100), { ttft: { n: 100 } } as Metrics)).not.toHaveProperty('besideClient')
})

const real = new URL('../../../../../../shared/data/vllm/captures/metrics.txt', import.meta.url)
const absent = !existsSync(real)
if (absent) console.warn('SKIPPED: the page of a real vLLM is not at ../shared/data; pages made here stand in for it')

test.skipIf(absent)('the page of a real vLLM 0.32.0, all of it counted in the window', () => {
  const page = seriesOf(readFileSync(real, 'utf8'))
  const zeros = Object.fromEntries(Object.keys(page).map((key) => [key, 0]))
  const { prompt, kvPoolTokens, latency, ...figures } = measured([
    samplesHead(),
    ...sampleLines([
      [1_000, zeros],
      [4_000, page],
    ]),
  ])
  expect(prompt).toMatchObject({
    by: 'tokens',
    computedTokens: 255_620,
    localHitTokens: 3_105_920,
    externalHitTokens: 0,
  })
  expect(prompt!.hitRate).toBeCloseTo(3_105_920 / 3_361_540, 12)
  expect([kvPoolTokens, figures.preemptions, figures.sources[0]!.engine]).toEqual([1_048_576, 0, 'vllm'])
  const [sum, count] = ['sum', 'count'].map(
    (part) => page[`vllm:time_to_first_token_seconds_${part}{engine="0",model_name="tiny"}`]!,
  )
  expect(latency!.ttft!.n).toBe(count)
  expect(latency!.ttft!.meanMs).toBeCloseTo((1_000 * sum!) / count!, 9)
})

function seriesOf(text: string): Record<string, number> {
  const page = parsePage(text)
  if (typeof page === 'string') throw new Error(page)
  return Object.fromEntries(page.series)
}
