import type { ServerMetricsLine } from '@reprise/telemetry'
import { describe, expect, test } from 'vitest'
import { sampleLines, samplesEnd, samplesHead } from '../../testing/server-lines.fixture.ts'
import { ServerMeasure } from './server-measure.ts'
import type { TimeWindow } from './time-windows.ts'

const [left, right] = ['http://left/metrics', 'http://right/metrics']

function measured(
  lines: readonly ServerMetricsLine[],
  windows: readonly TimeWindow[] = [{ startMs: 1_000, endMs: 5_000 }],
) {
  const measure = new ServerMeasure(windows)
  for (const line of lines) measure.add(line)
  return measure.result()!
}

describe('counters', () => {
  test('those of all engines of a page are summed, from the first page to the end of the window', () => {
    const page = (a: number, b: number) => ({
      'vllm:prompt_tokens_total{engine="0"}': a,
      'vllm:prompt_tokens_total{engine="1"}': b,
      'vllm:num_preemptions_total{engine="0"}': a / 100,
      'vllm:num_preemptions_total{engine="1"}': 0,
    })
    const pages = sampleLines([
      [1_000, page(500, 0)],
      [3_000, page(700, 40)],
      [5_000, page(900, 100)],
      [7_000, page(5_000, 5_000)],
    ])
    expect(measured([samplesHead(), ...pages, samplesEnd])).toMatchObject({
      promptTokens: 500,
      preemptions: 4,
      windowMs: 4_000,
    })
  })

  test('a rise that the edge of the window cuts is shared by time', () => {
    const pages = sampleLines([
      [0, { 'vllm:prompt_tokens_total': 0 }],
      [4_000, { 'vllm:prompt_tokens_total': 400 }],
      [6_000, { 'vllm:prompt_tokens_total': 800 }],
    ])
    // Three quarters of the first rise, half of the second.
    expect(measured([samplesHead(), ...pages]).promptTokens).toBe(300 + 200)
  })

  test('one that falls has begun anew: what it counted since is kept, and it is told', () => {
    const pages = sampleLines([
      [1_000, { 'vllm:prompt_tokens_total': 900 }],
      [2_000, { 'vllm:prompt_tokens_total': 1_000 }],
      [3_000, { 'vllm:prompt_tokens_total': 30 }],
      [4_000, { 'vllm:prompt_tokens_total': 50 }],
    ])
    const { promptTokens, sources } = measured([samplesHead(), ...pages])
    expect([promptTokens, sources[0]!.resets]).toEqual([150, 1])
  })

  test('a series that comes later counts from 0, what is no number counts nothing', () => {
    const ended = (reason: string) => `vllm:request_success_total{finished_reason="${reason}"}`
    const pages = sampleLines([
      [1_000, { [ended('stop')]: 7 }],
      [2_000, { [ended('stop')]: 8, [ended('length')]: 3 }],
      [3_000, { [ended('stop')]: Number.NaN }],
      [4_000, { [ended('stop')]: 9 }],
    ])
    expect(measured([samplesHead(), ...pages]).finishedRequests).toBe(1 + 3 + 1)
  })

  test('between two attempts nobody counted, and a server that began anew there did not do so in a run', () => {
    const first = sampleLines([
      [1_000, { 'vllm:prompt_tokens_total': 0 }],
      [2_000, { 'vllm:prompt_tokens_total': 10 }],
    ])
    const second = sampleLines([
      [3_000, { 'vllm:prompt_tokens_total': 4 }],
      [4_000, { 'vllm:prompt_tokens_total': 24 }],
    ])
    const { promptTokens, sources } = measured([samplesHead(), ...first, samplesHead(undefined, 2), ...second])
    expect([promptTokens, sources[0]!.samples, sources[0]!.resets]).toEqual([30, 4, undefined])
  })

  test('ranks of one engine tell the same requests, engines their own', () => {
    const key = (dp: number, tp: number) => `sglang:num_retracted_requests_total{dp_rank="${dp}",tp_rank="${tp}"}`
    const page = (a: number, b: number) => ({ [key(0, 0)]: a, [key(0, 1)]: a, [key(1, 0)]: b, [key(1, 1)]: b })
    expect(
      measured([
        samplesHead(),
        ...sampleLines([
          [1_000, page(0, 0)],
          [4_000, page(3, 4)],
        ]),
      ]).preemptions,
    ).toBe(7)
  })
})

describe('levels', () => {
  const page = (running: number, ...use: number[]) => ({
    'vllm:num_requests_running{engine="0"}': running,
    'vllm:num_requests_running{engine="1"}': 1,
    ...Object.fromEntries(use.map((each, engine) => [`vllm:kv_cache_usage_perc{engine="${engine}"}`, each])),
  })

  test('requests are summed over engines, the use of memory is a mean with the fullest beside it; time weighs', () => {
    const pages = sampleLines([
      [1_000, page(9, 0.2, 0.4)],
      [4_000, page(1, 1, 0.8)],
      [5_000, page(0, 0, 0)],
    ])
    const { running, kvUse, coveredShare } = measured([samplesHead(), ...pages])
    // Ten for three seconds, two for one.
    expect(running).toEqual({ mean: 8, p90: 10, max: 10 })
    expect(kvUse!.mean).toBeCloseTo((3 * 0.3 + 0.9) / 4, 12)
    expect([kvUse!.p90, kvUse!.max, coveredShare]).toEqual([0.9, 1, 1])
  })

  test('a height is believed for three seconds, and what is not covered is told', () => {
    const pages = sampleLines([
      [0, page(1, 0)],
      [10_000, page(9, 0)],
    ])
    const figures = measured([samplesHead(), ...pages], [{ startMs: 0, endMs: 10_000 }])
    expect(figures).toMatchObject({ coveredShare: 0.3, running: { mean: 2, max: 2 } })
  })

  test('two addresses are known together only where both are', () => {
    const lines = [
      samplesHead([left, right]),
      ...sampleLines(
        [
          [1_000, page(3)],
          [3_000, page(5)],
        ],
        0,
      ),
      ...sampleLines(
        [
          [2_000, page(10)],
          [4_000, page(20)],
        ],
        1,
      ),
    ]
    // From 2 s: 4 + 11, from 3 s: 6 + 11, from 4 s to 5 s: 6 + 21.
    const { running, coveredShare } = measured(lines)
    expect(running).toEqual({ mean: (15 + 17 + 27) / 3, p90: 27, max: 27 })
    expect(coveredShare).toBe(0.75)
  })
})

describe('sources', () => {
  const vllm = { 'vllm:prompt_tokens_total': 0, 'vllm:prompt_tokens_created': 77.5, process_start_time_seconds: 70 }

  test('a process behind two addresses counts once', () => {
    const pages = [
      [1_000, vllm],
      [4_000, { ...vllm, 'vllm:prompt_tokens_total': 50 }],
    ] as const
    const { promptTokens, sources } = measured([
      samplesHead([left, right]),
      ...sampleLines(pages, 0),
      ...sampleLines(pages, 1),
    ])
    expect([promptTokens, sources[0]!.sameAs, sources[1]!.sameAs]).toEqual([50, undefined, 0])
  })

  test('where an engine tells a thing, the one in front of it is not added', () => {
    const front = (tokens: number) => ({
      dynamo_frontend_input_sequence_tokens_sum: tokens,
      dynamo_frontend_queued_requests: 4,
    })
    const lines = [
      samplesHead([left, right]),
      ...sampleLines(
        [
          [1_000, front(0)],
          [4_000, front(99)],
        ],
        0,
      ),
      ...sampleLines(
        [
          [1_000, vllm],
          [4_000, { ...vllm, 'vllm:prompt_tokens_total': 50 }],
        ],
        1,
      ),
    ]
    expect(measured(lines)).toMatchObject({
      promptTokens: 50,
      waiting: { mean: 4 },
      sources: [{ engine: 'dynamo' }, { engine: 'vllm' }],
    })
  })

  test('what failed, what was left out and what came late is told of each', () => {
    const lines: ServerMetricsLine[] = [
      samplesHead(),
      { source: 0, atMs: 0, tookMs: 5_000, lateMs: 3, problem: 'timeout', detail: 'no whole page within 5000 ms' },
      { source: 0, atMs: 6_000, tookMs: 1, left: 5, problem: 'status', detail: 'HTTP 503' },
      { full: true, atMs: 7_000 },
    ]
    expect(measured(lines)).toEqual({
      intervalMs: 1_000,
      windowMs: 4_000,
      endedEarly: true,
      full: true,
      sources: [
        {
          ...{ url: 'http://gpu:8000/metrics', found: 'endpoint', samples: 0, series: 0, left: 5 },
          problems: { timeout: 1, status: 1 },
          firstProblem: 'no whole page within 5000 ms',
          lateMs: { p50: 3, p99: 3, max: 3 },
        },
      ],
    })
  })

  test('a line that no sampler wrote is refused', () => {
    const endless = Object.fromEntries(Array.from({ length: 200_001 }, (_, index) => [`a${index}`, 1]))
    expect(() => measured([samplesHead(), ...sampleLines([[0, endless]])])).toThrow('more than 200000 series')
    expect(() => measured([samplesHead(), { source: 1, atMs: 0, tookMs: 1 }])).toThrow('no source has the number 1')
    expect(() => measured([samplesHead(), { source: 0, atMs: 0, tookMs: 1, set: [4, 1] }])).toThrow(
      'no series has the number 4',
    )
  })
})
