import { describe, expect, test } from 'vitest'
import { buildResult } from '../measure/build-result.ts'
import type { Result } from '../result/result.ts'
import { lanesLoad, okRecord, runHeader } from '../testing/run.fixture.ts'
import { renderInterval, renderMissing, withInterval } from './interval-text.ts'
import { renderSettling } from './settling-text.ts'
import { renderSummary } from './summary-table.ts'

const interval = { low: 11.8, high: 13.1 }
const one = (value: number | undefined) => (value ?? 0).toFixed(1)

describe('an interval', () => {
  test('stands in brackets behind its figure, or below it', () => {
    expect(withInterval('12.4', interval, one)).toBe('12.4 [11.8-13.1]')
    expect(renderInterval(interval, one)).toBe('11.8-13.1')
    expect(renderInterval({ low: 0.945, high: 0.966 }, (share) => `${(share * 100).toFixed(1)}%`)).toBe('94.5-96.6%')
  })

  test('that is none leaves the figure alone, and its reason is told once, with names where it is not of all', () => {
    const none = { notEstimable: 'short-window' } as const
    expect(withInterval('12.4', none, one)).toBe('12.4')
    expect(renderInterval(none, one)).toBe('-')
    const words = 'a pace takes an hour, all else ten minutes (short-window)'
    expect(
      renderMissing([
        ['TPOT', none],
        ['TPOT', none],
        ['TTFT', interval],
        ['old', undefined],
      ]),
    ).toEqual([`TPOT: ${words}`])
    expect(
      renderMissing([
        ['TPOT', none],
        ['TTFT', none],
      ]),
    ).toEqual([words])
  })
})

test('a run of half an hour has second lines, a legend and no interval of its pace, in 100 columns', () => {
  const text = renderSummary([halfHour()])
  const [, , , figures, intervals] = text.split('\n')
  expect(figures).toMatch(/^ {4}4 +240 /)
  expect(intervals).toMatch(/^ +[\d.]+-[\d.]+ +(?:-|[\d.]+-[\d.]+) +- +[\d.]+-[\d.]+ +[\d.]+-[\d.]+%$/)
  expect(text).toContain('second lines: 95 % intervals')
  expect(text.replaceAll(/\s+/g, ' ')).toContain('TPOT p50 ms: a pace takes an hour')
  expect(Math.max(...text.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(100)
})

test('what settles late is told with the figures from then on; what does so early is not', () => {
  const result = halfHour()
  const level = { cutShare: 0, trendP: 0.5 }
  const of = (settling: Result['settling']) => renderSettling({ ...result, settling })
  expect(of({ cutMs: 0, output: level, inputTokens: level, ttft: level })).toBeUndefined()
  const figures = { ttftP50Ms: 100, ttftP90Ms: 200, tpotP50Ms: 10, output: 50 }
  expect(
    of({ cutMs: 600_000, output: level, inputTokens: level, ttft: { cutShare: 1 / 3, trendP: 0.001 }, figures }),
  ).toBe(
    'settling (MSER-5) at 4 lanes: level after 10.0 min; from then on TTFT p50 100 and p90 200, TPOT p50 10.0 ms, output 50.0 tok/s; ' +
      'TTFT still drifts. All figures above are of the whole window',
  )
  expect(of({ cutMs: 'not-reached', output: level, inputTokens: level, ttft: { cutShare: 'not-reached' } })).toBe(
    'settling (MSER-5) at 4 lanes: TTFT not level within the window',
  )
})

/** Four lanes with three plays each of twenty requests, a little unlike each other. */
function halfHour(): Result {
  const records = Array.from({ length: 240 }, (_, i) => {
    const [lane, n] = [i % 4, Math.floor(i / 4)]
    const sentMs = n * 30_000 + lane * 1000
    const firstTokenMs = sentMs + 100 + ((i * 7) % 40) + 10 * lane
    return okRecord({
      ...{ id: `${lane}.${Math.floor(n / 20)}.0.${n % 20}`, lane, play: Math.floor(n / 20), turn: n % 20 },
      ...{ dueMs: sentMs, sentMs, firstTokenMs, lastTokenMs: firstTokenMs + 500 + (i % 7), doneMs: firstTokenMs + 600 },
      cachedTokens: 600 + ((i * 13) % 50),
    })
  })
  return buildResult({
    header: runHeader(lanesLoad()),
    phases: [{ phase: 'profiling', startMs: 0, endMs: 1_800_000 }],
    ...{ records, ended: 'window' },
  })
}
