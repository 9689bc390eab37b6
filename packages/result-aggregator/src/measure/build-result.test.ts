import type { RequestRecord } from '@reprise/replay-engine'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Result } from '../result/result.ts'
import { lanesLoad, okRecord, runHeader, silentRecord, unansweredRecord } from '../testing/run.fixture.ts'
import { buildResult } from './build-result.ts'

const load = lanesLoad({ until: { kind: 'window', durationMs: 10_000 } })
const phases = [
  { phase: 'warmup', startMs: 0, endMs: 400 },
  { phase: 'profiling', startMs: 500, endMs: 10_500 },
] as const

function resultOf(records: readonly RequestRecord[]) {
  return buildResult({ header: runHeader(load), records, phases, ended: 'window' })
}

const failure = { kind: 'failed', class: 'timeout', message: 'no byte for 60 s' } as const

describe('counts', () => {
  test('every outcome, by phase; nothing is dropped (T13)', () => {
    const records = [
      okRecord(),
      okRecord({ lane: 1, resent: true }),
      okRecord({ phase: 'warmup', lane: 3, resent: true }),
      unansweredRecord(failure, { phase: 'warmup' }),
      okRecord({ phase: 'drain' }),
      unansweredRecord(failure),
      unansweredRecord({ ...failure, class: 'connect' }),
      unansweredRecord(failure, { lane: 2 }),
      unansweredRecord({ kind: 'truncated', message: 'too long' }),
      unansweredRecord({ kind: 'cancelled' }),
    ]
    expect(resultOf(records).counts).toEqual({
      requests: 7,
      ok: 2,
      failed: 3,
      truncated: 1,
      cancelled: 1,
      failures: { connect: 1, timeout: 2 },
      refusedAsTooLong: 1,
      resent: 1,
      plays: 3,
      effectivePlays: 2,
      warmup: { requests: 2, ok: 1, failed: 1, truncated: 0, cancelled: 0 },
      drain: { requests: 1, ok: 1, failed: 0, truncated: 0, cancelled: 0 },
      leftOutTraces: 0,
    })
  })
})

describe('metrics', () => {
  test('warm-up stands in no metric (trap 16)', () => {
    const warm = okRecord({ phase: 'warmup', firstTokenMs: 9000, lastTokenMs: 9500 })
    expect(resultOf([okRecord(), warm]).metrics).toEqual(resultOf([okRecord()]).metrics)
  })

  test('success-only, and with failures and cancelled requests as infinitely slow (T13, T19)', () => {
    const records = [okRecord(), okRecord(), unansweredRecord(failure), unansweredRecord({ kind: 'cancelled' })]
    const { ttft } = resultOf(records).metrics
    // The cancelled one is behind the two: of three the median is known, and nothing above it.
    expect(ttft).toEqual({
      unit: 'ms',
      n: 2,
      cutOff: 1,
      min: 100,
      p50: 100,
      excluded: 0,
      withFailures: expect.anything(),
      intervals: expect.anything(),
    })
    expect(ttft?.withFailures).toMatchObject({ n: 4, p50: 'unbounded', p99: 'unbounded' })
  })

  test('requests that opened a connection, and what that took; the others needed none, or got none', () => {
    const opened = okRecord({ dueMs: 900, connectStartMs: 910 })
    const { sentMs: _, ...refused } = unansweredRecord({ ...failure, class: 'connect' }, { connectStartMs: 1000 })
    const { connect_time, dispatch_delay } = resultOf([opened, okRecord(), okRecord(), refused]).metrics
    expect(connect_time).toMatchObject({ unit: 'ms', n: 1, excluded: 3, p50: 90, p99: 90 })
    expect(dispatch_delay).toMatchObject({ n: 4, excluded: 0, max: 10 })
    expect(resultOf([okRecord()]).metrics).not.toHaveProperty('connect_time')
  })

  test('no percentile that a cancelled request reaches; a first token that came is known', () => {
    // 90 requests with 1, 2 ... 90 ms to their first token, and 10 that were cancelled, 4 of them after theirs.
    const ended = Array.from({ length: 90 }, (_, i) => okRecord({ firstTokenMs: 1001 + i, lastTokenMs: 2001 + i }))
    const { outputTokens: _, inputTokens: __, ...begun } = okRecord({ outcome: { kind: 'cancelled' } })
    const waiting = Array.from({ length: 6 }, () => unansweredRecord({ kind: 'cancelled' }))
    const { ttft, e2e, tpot, interactivity } = resultOf([
      ...ended,
      ...waiting,
      ...Array.from({ length: 4 }, () => begun),
    ]).metrics
    // Of 96, p90 is at rank 85.5: between 86 and 87. p95, at rank 90.25, lies among those that are not known.
    expect(ttft).toMatchObject({ n: 90, cutOff: 6, min: 1, p50: 48.5, p75: 72.25, p90: 86.5 })
    for (const name of ['p95', 'p99', 'mean', 'std', 'max'] as const) expect(ttft).not.toHaveProperty(name)
    // Of 100, p90 is at rank 89.1.
    expect(e2e).toMatchObject({ n: 90, cutOff: 10, p75: 1000 + 75.25 })
    expect(e2e).not.toHaveProperty('p90')
    for (const metric of [tpot, interactivity]) expect(metric).not.toHaveProperty('p99')
    expect(interactivity).not.toHaveProperty('min')
    expect(interactivity).toMatchObject({ cutOff: 10, p50: 1000 / tpot!.p50!, max: 1000 / tpot!.min! })
  })

  test('a request that was never sent is not cut off', () => {
    const { sentMs: _, ...unsent } = unansweredRecord({ kind: 'cancelled' })
    expect(resultOf([okRecord(), unsent]).metrics.ttft).toMatchObject({ n: 1, p99: 100, mean: 100 })
  })

  test('one-token replies are left out of tpot and counted (T8)', () => {
    const single = okRecord({ outputTokens: 1, chunks: 1, lastTokenMs: 1100 })
    const { tpot, itl_compat, ttft } = resultOf([okRecord(), single]).metrics
    expect(tpot).toMatchObject({ n: 1, excluded: 1, mean: 50, p50: 50 })
    expect(itl_compat).toMatchObject({ n: 1, excluded: 1 })
    expect(ttft).toMatchObject({ n: 2, excluded: 0 })
  })

  test('interactivity is the slow tail of tpot, its mean 1000 / mean (T15)', () => {
    // tpot 50 ms and 100 ms; the six tokens of a first chunk are no steps.
    const slow = okRecord({ lastTokenMs: 1600, tokensInFirstChunk: 6, chunks: 6 })
    const { tpot, itl_compat, interactivity } = resultOf([okRecord(), slow]).metrics
    expect(tpot).toMatchObject({ mean: 75, p50: 75, p90: 95 })
    expect(itl_compat).toMatchObject({ mean: 50 })
    expect(interactivity).toMatchObject({ unit: 'tokens/s', n: 2, min: 10, max: 20, std: 5 })
    expect(interactivity?.mean).toBeCloseTo(1000 / 75, 12)
    expect(interactivity?.p90).toBeCloseTo(1000 / 95, 12)
    expect(interactivity!.p90).toBeLessThan(interactivity!.p50!)
  })

  test('dispatch delay counts every request that was sent, whatever became of it', () => {
    expect(resultOf([okRecord(), unansweredRecord(failure)]).metrics.dispatch_delay).toMatchObject({ n: 2, p50: 10 })
  })

  test('chunk gaps are pooled where they were kept, under their own name (T4)', () => {
    const kept = okRecord({ chunks: 3, chunkGapsMs: [100, 400] })
    expect(resultOf([kept, okRecord()]).metrics.chunk_gap).toMatchObject({ n: 2, mean: 250, max: 400, excluded: 1 })
    expect(resultOf([okRecord()]).metrics).not.toHaveProperty('chunk_gap')
  })

  test('what has no value is absent', () => {
    const { metrics, throughput } = resultOf([unansweredRecord(failure)])
    expect(Object.keys(metrics)).toEqual(['dispatch_delay'])
    expect(throughput).toMatchObject({ total: 0 })
  })
})

test('a run that was told to stop, or was killed in the drain, has the window that it closed', () => {
  const stoppedPhases = [{ phase: 'profiling', startMs: 500, endMs: 4500 }] as const
  for (const ended of ['aborted', 'stopped', undefined] as const) {
    const result = buildResult({ header: runHeader(load), records: [okRecord()], phases: stoppedPhases, ended })
    expect(result.throughput).toMatchObject({ windowMs: 4000, output: 11 / 4 })
  }
})

test('planned against reported tokens, the largest differences shown', () => {
  const off = [3, 1, 9, 2, 8, 5].map((by) => okRecord({ id: `off-${by}`, inputTokens: 1000 + by }))
  const { inputTokens: _, ...silent } = okRecord()
  expect(resultOf([...off, okRecord(), silent]).inputTokens).toEqual({
    requests: 7,
    unreported: 1,
    planned: 7000,
    reported: 7028,
    exactShare: 1 / 7,
    mismatched: [9, 8, 5, 3, 2].map((by) => ({ id: `off-${by}`, planned: 1000, reported: 1000 + by })),
  })
})

test('output tokens: who counted them, and how many first chunks were taken on trust (T5, T7)', () => {
  const { tokensInFirstChunk: _, ...bundled } = okRecord({ chunks: 4 })
  const { outputTokens: __, ...silent } = okRecord({ finishReason: 'stop' })
  expect(resultOf([okRecord(), bundled, silent]).outputTokens).toMatchObject({
    requests: 2,
    unreported: 1,
    countedBy: { usage: 2, length: 0, chunks: 1, none: 0 },
    firstChunkAssumed: 1,
  })
})

test('replies that show less than they hold are counted, in throughput too (T7)', () => {
  const silent = silentRecord({ outputTokens: 24 })
  const atOnce = okRecord({ chunksInFirstRead: 11, lastTokenMs: 1100 })
  const result = resultOf([silent, silent, atOnce])
  expect(result.outputTokens).toMatchObject({ hidden: { replies: 2, showedNothing: 2 }, paceUnseen: 1, overAsked: 2 })
  expect(result.metrics.ttft).toMatchObject({ n: 1, excluded: 2 })
  for (const name of ['tpot', 'itl_compat', 'interactivity']) expect(result.metrics).not.toHaveProperty(name)
  expect(result.throughput).toMatchObject({ output: (24 + 24 + 11) / 10, input: 300, requestsPerS: 0.3 })
})

test('Kish: plays of unequal size tell as much as fewer of equal size', () => {
  const records = [6, 2, 1, 1].flatMap((size, play) => Array.from({ length: size }, () => okRecord({ play })))
  expect(resultOf(records).counts).toMatchObject({ plays: 4, effectivePlays: 100 / (36 + 4 + 1 + 1) })
})

test('a run without records, and without phases, has a result', () => {
  const result = buildResult({ header: runHeader(load), records: [], phases: [] })
  expect(Result.parse(result)).toEqual(result)
  expect(result).toMatchObject({ completeness: { ended: 'killed' }, metrics: {}, validity: { verdict: 'invalid' } })
})

const anyRecord: fc.Arbitrary<RequestRecord> = fc
  .record({
    kind: fc.constantFrom('ok', 'ok', 'ok', 'failed', 'cancelled', 'truncated'),
    sentMs: fc.double({ min: 0, max: 10_000, noNaN: true }),
    firstMs: fc.double({ min: 0, max: 3000, noNaN: true }),
    restMs: fc.double({ min: 0, max: 3000, noNaN: true }),
    outputTokens: fc.integer({ min: 0, max: 300 }),
    inputTokens: fc.integer({ min: 0, max: 100_000 }),
    id: fc.uuid(),
  })
  .map(({ kind, sentMs, firstMs, restMs, outputTokens, inputTokens, id }) => {
    const instants = {
      sentMs,
      firstTokenMs: sentMs + firstMs,
      lastTokenMs: sentMs + firstMs + restMs,
      doneMs: sentMs + 7000,
    }
    if (kind === 'ok') return okRecord({ id, ...instants, outputTokens, inputTokens, chunks: outputTokens + 1 })
    if (kind === 'failed') return unansweredRecord(failure, { id, sentMs })
    if (kind === 'cancelled') return unansweredRecord({ kind: 'cancelled' }, { id, sentMs })
    return unansweredRecord({ kind: 'truncated', message: '' }, { id })
  })

test('the order of records leaves no trace, not even in the last digit', () => {
  const shuffled = fc
    .array(anyRecord, { maxLength: 40 })
    .chain((records) =>
      fc.tuple(
        fc.constant(records),
        fc.shuffledSubarray(records, { minLength: records.length, maxLength: records.length }),
      ),
    )
  fc.assert(
    fc.property(shuffled, ([records, otherwise]) => {
      expect(JSON.stringify(resultOf(otherwise))).toBe(JSON.stringify(resultOf(records)))
    }),
  )
})

test('every result is one that its own schema reads back from JSON', () => {
  fc.assert(
    fc.property(fc.array(anyRecord, { maxLength: 20 }), (records) => {
      const result = resultOf(records)
      expect(Result.parse(JSON.parse(JSON.stringify(result)))).toEqual(result)
    }),
  )
})
