import type { RequestRecord } from '@reprise/replay-engine'
import { beforeAll, expect, test } from 'vitest'
import type { Fidelity } from '../result/fidelity.ts'
import { compareRuns } from './compare-runs.ts'
import { faithfulRun, recordedCorpus } from './faithful-run.fixture.ts'
import type { ReplayedRun } from './replayed-run.ts'

const corpus = recordedCorpus()
let live: ReplayedRun
let simulated: ReplayedRun

beforeAll(async () => {
  live = await faithfulRun(corpus)
  simulated = await faithfulRun(corpus, { target: { kind: 'in-process', simulated: true, clock: 'virtual' } })
})

function check({ checks }: Fidelity, name: string) {
  return checks.find((each) => each.name === name)!
}

function changed(run: ReplayedRun, change: (record: RequestRecord) => RequestRecord | undefined): ReplayedRun {
  return { ...run, records: run.records.flatMap((record) => change(record) ?? []) }
}

test('a run is like itself, live or simulated', () => {
  const found = compareRuns(live, simulated)
  expect(found.verdict).toBe('faithful')
  for (const name of ['ttft', 'tpot', 'e2e', 'hits'])
    expect(check(found, name), name).toMatchObject({ verdict: 'kept', value: 0, differences: { p99: 0 } })
  expect(found.counts).toMatchObject({ captured: live.records.length, dispatched: live.records.length })
})

test('worked out by hand: times half as long again, and a third of the hits', () => {
  const slower = changed(simulated, (record) => {
    const { sentMs = 0, firstTokenMs = 0, lastTokenMs = 0, cachedTokens = 0, plannedInputTokens } = record
    const longer = (ms: number) => sentMs + 1.5 * (ms - sentMs)
    return {
      ...{ ...record, inputTokens: plannedInputTokens, cachedTokens: cachedTokens / 3 },
      ...{ firstTokenMs: longer(firstTokenMs), lastTokenMs: longer(lastTokenMs), doneMs: longer(record.doneMs) },
    }
  })
  const found = compareRuns(live, slower)
  for (const name of ['ttft', 'tpot', 'e2e'])
    expect(check(found, name), name).toMatchObject({
      verdict: 'deviates',
      value: expect.closeTo(0.5, 9),
      differences: { p10: expect.closeTo(0.5, 9), p50: expect.closeTo(0.5, 9), p90: expect.closeTo(0.5, 9) },
    })
  const lost = live.records.map(
    ({ cachedTokens = 0, plannedInputTokens }) => (2 * cachedTokens) / 3 / plannedInputTokens,
  )
  expect(check(found, 'hits').value).toBeCloseTo(lost.reduce((sum, each) => sum + each, 0) / lost.length, 9)
  expect(check(found, 'hits').differences!.p50).toBeLessThan(0)
  expect(found.sentence).toBe('deviates: TTFT, TPOT, E2E latency, cache hits')
})

test('the worst turns come first, by name', () => {
  const odd = live.records[7]!
  const found = compareRuns(
    live,
    changed(simulated, (record) =>
      record.id === odd.id
        ? { ...record, firstTokenMs: record.sentMs! + 4 * (record.firstTokenMs! - record.sentMs!) }
        : record,
    ),
  )
  expect(check(found, 'ttft').named).toEqual([
    { name: expect.stringContaining(`(${odd.id})`), by: expect.closeTo(3, 9) },
  ])
})

test('what one alone sent, how it ended and how long it was', () => {
  const [gone, failed, short] = live.records
  const found = compareRuns(
    live,
    changed(simulated, (record) => {
      if (record.id === gone!.id) return undefined
      if (record.id === failed!.id) return { ...record, outcome: { kind: 'cancelled' } }
      return record.id === short!.id ? { ...record, outputTokens: 1 } : record
    }),
    { limits: { outcomes: 0 } },
  )
  expect(found.sentence).toMatch(/^deviates: requests missing, other outcomes, output lengths;/)
  expect(check(found, 'missing-turns').named[0]!.name).toContain(`(${gone!.id})`)
  expect(check(found, 'outcomes').named[0]!.name).toMatch(/\(ok, cancelled\)$/)
})

test('another plan, model or cache to begin with is named first, and bars what it makes senseless', async () => {
  const other = await faithfulRun(recordedCorpus(6))
  const plans = compareRuns(live, other)
  expect(plans.verdict).toBe('not comparable')
  expect(plans.conditions[0]!.name).toBe('plan')
  expect(plans.sentence).toMatch(/; no check is left$/)
  expect(check(plans, 'missing-turns').verdict).toBe('not comparable')
  const models = compareRuns(live, await faithfulRun(corpus, { model: 'acme/other' }))
  expect(models.conditions[0]).toMatchObject({ name: 'model', state: 'differs' })
  expect(check(models, 'ttft')).toMatchObject({ verdict: 'not comparable', value: 0 })
  const warm = compareRuns(live, await faithfulRun(corpus, { target: { prefixCache: 'kept' } }))
  expect(warm.conditions[0]).toMatchObject({ name: 'cache-at-start', a: 'emptied', b: 'kept' })
  expect(check(warm, 'hits').verdict).toBe('not comparable')
})

test('a simulation begins with an empty cache, which is what a server has that was told to forget', () => {
  const { conditions } = compareRuns(live, simulated)
  expect(conditions.find(({ name }) => name === 'cache-at-start')).toMatchObject({ state: 'same' })
})

test('where a run ends by its window, nobody asks for what the other sent behind it', () => {
  const cut = (run: ReplayedRun, count: number): ReplayedRun => ({
    ...run,
    records: run.records.slice(0, count),
    run: { ...run.run, ended: { ...run.run.ended!, reason: 'window' } },
  })
  const found = compareRuns(cut(live, 50), cut(simulated, 60))
  expect(check(found, 'extra-requests').verdict).toBe('not told')
  expect(found.verdict).toBe('faithful')
})
