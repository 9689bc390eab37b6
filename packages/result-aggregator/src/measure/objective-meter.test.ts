import type { RequestRecord } from '@reprise/replay-engine'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { KnownValues } from '../interval/known-values.ts'
import { quantileEstimates } from '../interval/quantile-estimates.ts'
import { RequestClusters } from '../interval/request-clusters.ts'
import { isInterval } from '../result/estimate.ts'
import type { Objective } from '../result/objective.ts'
import { okRecord, unansweredRecord } from '../testing/run.fixture.ts'
import { intervalFamilyOf, ObjectiveMeter } from './objective-meter.ts'

const halfHour = 30 * 60_000

/** One record after the other, those of a play together, spread evenly over the measured time. */
function judge(
  objective: Objective,
  records: readonly RequestRecord[],
  { plays = 10, measuredMs = halfHour, fellBehind = false } = {},
) {
  const meter = new ObjectiveMeter(objective)
  for (const record of records) meter.add(record)
  return meter.result(clustersOf(records.length, { plays, measuredMs, fellBehind }))
}

function clustersOf(n: number, { plays = 10, measuredMs = halfHour, fellBehind = false } = {}) {
  return new RequestClusters({
    plays: Uint32Array.from({ length: n }, (_, i) => Math.floor((i * plays) / n)),
    // Every play is spread over the whole time.
    sentMs: Float64Array.from({ length: n }, (_, i) => ((i * 7919) % n) * (measuredMs / n)),
    measuredMs,
    fellBehind,
  })
}

/** `ms` to the first token. */
const after = (ms: number) => okRecord({ firstTokenMs: 1_000 + ms, lastTokenMs: 10_000 + ms })
const ttft = (percentile: number, bound: number): Objective => ({ metric: 'ttft', percentile, bound })
const equal = (n: number, ms = 100) => Array.from({ length: n }, () => after(ms))

describe('ObjectiveMeter', () => {
  test('where all requests are alike nothing is uncertain; the bound itself keeps', () => {
    const seen = { n: 40, value: 100, uncertainty: 0 }
    expect(judge(ttft(90, 100), equal(40))).toEqual({ ...seen, within: 40, verdict: 'keeps' })
    expect(judge(ttft(90, 99), equal(40))).toEqual({ ...seen, within: 0, verdict: 'breaks' })
  })

  test('as many as even independent ones would have to be: 36 for a p90', () => {
    expect(judge(ttft(90, 100), equal(35))).toMatchObject({ verdict: 'unclear', why: 'few-values' })
    expect(judge(ttft(90, 100), equal(36))).toMatchObject({ verdict: 'keeps' })
  })

  test('a failure is a wait in vain: with more of them than the percentile leaves out, no bound is kept', () => {
    const failed = () => unansweredRecord({ kind: 'failed', class: 'timeout', message: '' })
    const oneIn = (every: number) => Array.from({ length: 100 }, (_, i) => (i % every === 0 ? after(100) : failed()))
    expect(judge(ttft(50, 1e6), oneIn(5))).toMatchObject({ n: 100, within: 20, verdict: 'breaks' })
    expect(judge(ttft(50, 1e6), oneIn(5))).not.toHaveProperty('value')
    expect(judge(ttft(50, 1e6), oneIn(100).slice(1))).toMatchObject({ n: 99, within: 0, verdict: 'breaks' })
    expect(judge(ttft(50, 1e6), equal(50))).toMatchObject({ verdict: 'keeps' })
  })

  test('what the end cut off counts as slow, but for a first token that had come; what was never sent has nothing to say', () => {
    const cut = (changes: Partial<RequestRecord>) => unansweredRecord({ kind: 'cancelled' }, changes)
    const { sentMs: _, ...unsent } = cut({})
    const records = [
      ...equal(40),
      cut({}),
      cut({ firstTokenMs: 1_100 }),
      unsent,
      unansweredRecord({ kind: 'truncated', message: '' }),
    ]
    expect(judge(ttft(50, 100), records)).toMatchObject({ n: 42, within: 41 })
    expect(judge({ metric: 'e2e', percentile: 50, bound: 20_000 }, records)).toMatchObject({ n: 42, within: 40 })
  })

  test('a server that falls behind can break an objective, and is not said to keep one', () => {
    expect(judge(ttft(90, 100), equal(40), { fellBehind: true })).toMatchObject({
      verdict: 'unclear',
      why: 'fell-behind',
    })
    expect(judge(ttft(90, 99), equal(40), { fellBehind: true })).toMatchObject({ verdict: 'breaks' })
  })

  test('a speed is the latency that it is the reciprocal of: its p90 is of the slow end', () => {
    // 50 ms a token are 20 a second.
    const records = Array.from({ length: 40 }, () => okRecord())
    const hour = { measuredMs: 60 * 60_000 }
    expect(judge({ metric: 'interactivity', percentile: 90, bound: 20 }, records, hour)).toMatchObject({
      value: 20,
      verdict: 'keeps',
    })
    expect(judge({ metric: 'interactivity', percentile: 90, bound: 21 }, records, hour)).toMatchObject({
      verdict: 'breaks',
    })
    expect(judge({ metric: 'interactivity', percentile: 90, bound: 20 }, records)).toMatchObject({
      why: 'short-window',
    })
    expect(judge(ttft(90, 100), equal(40), { plays: 2 })).toMatchObject({ why: 'few-plays' })
  })

  test('a verdict is certain where the interval of the percentile lies wholly on one side of the bound', () => {
    const value = fc.integer({ min: 1, max: 60 })
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 60, maxLength: 160 }),
        fc.constantFrom(50, 75, 90),
        value,
        (values, percentile, bound) => {
          const share = judge(ttft(percentile, bound), values.map(after))
          const sorted = values.toSorted((one, other) => one - other)
          const clusters = clustersOf(values.length)
          const { estimates } = quantileEstimates(new KnownValues(Float64Array.from(values)), {
            ...{ clusters, family: intervalFamilyOf('ttft'), probabilities: [percentile / 100] },
          })
          const [interval] = estimates
          if (!isInterval(interval)) return share.verdict !== 'keeps' || bound >= sorted.at(-1)!
          // The ends are read between two values that were seen.
          const next = (ms: number) => sorted.find((each) => each >= ms)!
          const last = (ms: number) => sorted.findLast((each) => each <= ms)!
          if (share.verdict === 'keeps') expect(last(interval.high)).toBeLessThanOrEqual(bound)
          if (share.verdict === 'breaks') expect(next(interval.low)).toBeGreaterThan(bound)
          if (share.verdict === 'unclear') {
            expect(next(interval.high)).toBeGreaterThanOrEqual(bound)
            expect(last(interval.low)).toBeLessThanOrEqual(bound)
          }
          return true
        },
      ),
      { numRuns: 300 },
    )
  })
})
