import { expect, test } from 'vitest'
import { agentsWithin } from './agents-within.ts'
import type { ReportMark } from './report-data.ts'

const tier = { name: 'tier', ttftMs: 2_000, interactivity: 30 }

function mark(lanes: number, ttftMs: number, speed: number, ends: ReportMark['ends'] = {}): ReportMark {
  const figures = { 'ttft.p90': ttftMs, 'interactivity.p90': speed }
  return { label: `${lanes}`, group: 0, workload: 0, lanes, verdict: 'valid', runs: [lanes], figures, ends, n: {} }
}

test('the largest that keeps both, and the smallest that does not', () => {
  const marks = [mark(16, 3_000, 40), mark(4, 900, 60), mark(8, 2_000, 30)]
  expect(agentsWithin(marks, tier, 'p90')).toMatchObject({ lanes: 8, mark: { lanes: 8 }, next: 16, isSure: false })
  expect(agentsWithin(marks.slice(1), tier, 'p90')).not.toHaveProperty('next')
})

test('one that keeps behind one that does not, is not held', () => {
  expect(agentsWithin([mark(4, 900, 60), mark(8, 900, 29), mark(16, 900, 60)], tier, 'p90')).toMatchObject({
    lanes: 4,
    next: 8,
  })
})

test('none where the smallest does not; of one that was measured twice, both have to', () => {
  expect(agentsWithin([mark(4, 2_001, 60), mark(8, 900, 60)], tier, 'p90')).toMatchObject({ lanes: 0, next: 4 })
  expect(agentsWithin([mark(2, 900, 60), mark(4, 900, 60), mark(4, 2_001, 60)], tier, 'p90')).toMatchObject({
    lanes: 2,
    next: 4,
  })
})

test('sure is what keeps with the whole of both intervals', () => {
  const ends = { 'ttft.p90': [500, 1_999], 'interactivity.p90': [31, 90] } as const
  expect(agentsWithin([mark(4, 900, 60, ends)], tier, 'p90')?.isSure).toBe(true)
  expect(agentsWithin([mark(4, 900, 60, { ...ends, 'ttft.p90': [500, 2_001] })], tier, 'p90')?.isSure).toBe(false)
  expect(agentsWithin([mark(4, 900, 60, { 'ttft.p90': [500, 1_999] })], tier, 'p90')?.isSure).toBe(false)
})

test('nothing of an open load, nor without figures', () => {
  expect(agentsWithin([{ ...mark(4, 900, 60), unit: 'sessions/s' }], tier, 'p90')).toBeUndefined()
  expect(agentsWithin([mark(4, 900, 60)], tier, 'p50')).toBeUndefined()
})
