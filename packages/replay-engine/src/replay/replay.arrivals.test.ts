import { fixedLengthCorpus } from '@reprise/trace'
import { describe, expect, test } from 'vitest'
import type { RateLoad } from '../plan/rate-load.ts'
import type { RequestRecord } from '../record/request-record.ts'
import { checkArrivals } from './check-arrivals.fixture.ts'
import { deepCorpus } from './deep-corpus.fixture.ts'
import { rehearse } from './replay.fixture.ts'

const single = fixedLengthCorpus({
  ...{ seed: 3, requests: 60, inputTokens: 90, outputTokens: 1 },
  ...{ rangeRatio: 1, blockSize: 64 },
})
const until = { kind: 'window', durationMs: 600_000 } as const

async function played(arrivals: RateLoad['arrivals'], seed = 1, corpus = single) {
  const sessionsPerS = corpus === single ? 5 : 0.5
  const run = await rehearse({ corpus, preset: 'rate', sessionsPerS, seed, overrides: { arrivals, until } })
  return { plan: run.plan, records: run.records, phases: run.summary.phases }
}

describe.each<RateLoad['arrivals']>([
  { kind: 'constant' },
  { kind: 'poisson' },
  { kind: 'gamma', shape: 0.5 },
  { kind: 'gamma', shape: 4 },
])('%o: an independent reading of load and records finds every arrival as it says', (arrivals) => {
  test.each([1, 2])('sessions of one turn, seed %i', async (seed) => {
    const run = await played(arrivals, seed)
    expect(run.records.length).toBeGreaterThan(2_500)
    expect(checkArrivals(run)).toEqual([])
  })

  test('sessions with subagents', async () => {
    expect(checkArrivals(await played(arrivals, 1, deepCorpus({ traces: 12, seed: 4 })))).toEqual([])
  })
})

test('the checker sees what it looks for', async () => {
  const run = await played({ kind: 'poisson' })
  const check = (records: readonly RequestRecord[], load = run.plan.load) =>
    checkArrivals({ ...run, records, plan: { ...run.plan, load } }).join('; ')
  const scaled = (factor: number) => run.records.map((record) => ({ ...record, dueMs: record.dueMs * factor }))
  expect(check(run.records.toSpliced(40, 1))).toMatch(/arrival 40 is missing/)
  expect(check(scaled(0.9))).toMatch(/times as long as the rate says/)
  expect(check(run.records, { ...run.plan.load, arrivals: { kind: 'gamma', shape: 1.3 } } as RateLoad)).toMatch(
    /not spread/,
  )
  expect(check(run.records, { ...run.plan.load, arrivals: { kind: 'constant' } } as RateLoad)).toMatch(/should be at/)
  const rising = run.records.map((record, i) => ({ ...record, dueMs: (i ** 2 / run.records.length) * 200 }))
  expect(check(rising)).toMatch(/tells of the next/)
})
