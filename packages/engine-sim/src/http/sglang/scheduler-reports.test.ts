import { expect, test } from 'vitest'
import type { EngineCounts } from '../../core/engine.ts'
import { SchedulerReports } from './scheduler-reports.ts'

function reportsOf() {
  const counts = { queriedTokens: 0, hitTokens: 0, preemptions: 0 }
  return { counts, reports: new SchedulerReports(() => counts as EngineCounts) }
}

test('the hit rate is that of the prefills since the report before, and stays while there are none', () => {
  const { counts, reports } = reportsOf()
  Object.assign(counts, { queriedTokens: 100, hitTokens: 25 })
  reports.prefilled()
  expect(reports.cacheHitRate).toBe(0.25)
  // The second request of one step.
  reports.prefilled()
  expect(reports.cacheHitRate).toBe(0.25)
  Object.assign(counts, { queriedTokens: 300, hitTokens: 175 })
  reports.prefilled()
  expect(reports.cacheHitRate).toBe(0.75)
})

test('the throughput is that of forty steps of decoding, until nobody has decoded for half a minute', () => {
  const { reports } = reportsOf()
  for (let step = 1; step <= 40; step += 1) {
    reports.decoded(step * 10)
    reports.decoded(step * 10)
  }
  expect(reports.throughputAt(400)).toBe(0)
  reports.decoded(410)
  // 80 tokens in 400 ms.
  expect(reports.throughputAt(410)).toBe(200)
  expect(reports.throughputAt(30_400)).toBe(200)
  expect(reports.throughputAt(30_401)).toBe(0)
  expect(reports.decodedTokens).toBe(81)
})

test('requests that lost their memory are those since the report before', () => {
  const { counts, reports } = reportsOf()
  counts.preemptions = 3
  reports.prefilled()
  expect(reports.retracted).toBe(3)
  counts.preemptions = 5
  reports.prefilled()
  expect(reports.retracted).toBe(2)
  reports.prefilled()
  expect(reports.retracted).toBe(0)
})
