import { describe, expect, test } from 'vitest'
import { corpusOf, plainTrace } from '../corpus.fixture.ts'
import { arrivalsOf } from './load.ts'
import type { LoadOverrides } from './plan-load.ts'
import { planReplay } from './plan-replay.ts'

const corpus = corpusOf([plainTrace('a', 1), plainTrace('b', 1), plainTrace('c', 1)])

function arrivals(sessionsPerS: number, overrides: LoadOverrides, seed = 1) {
  return arrivalsOf(planReplay(corpus, { seed, preset: 'rate', sessionsPerS, overrides }))
}

function instants(sessionsPerS: number, overrides: LoadOverrides, seed = 1): number[] {
  const { slots, dueMs } = arrivals(sessionsPerS, overrides, seed)
  return Array.from({ length: slots }, (_, slot) => dueMs(slot))
}

const hour = { kind: 'window', durationMs: 3_600_000 } as const

describe('arrivals', () => {
  test('at a constant rate are as many as fit, each counted from the beginning', () => {
    const constant = { kind: 'constant' } as const
    expect(instants(4, { arrivals: constant, until: { kind: 'window', durationMs: 1_000 } })).toEqual([
      0, 250, 500, 750,
    ])
    expect(instants(3, { arrivals: constant, until: hour }).at(-1)).toBeCloseTo(3_600_000 - 1_000 / 3, 6)
  })

  test.each([1, 2, 3])('of a Poisson process vary as much as they are many, seed %i', (seed) => {
    const counts = new Array<number>(3_600).fill(0)
    for (const ms of instants(20, { until: hour }, seed)) counts[Math.floor(ms / 1_000)]! += 1
    const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length
    const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (counts.length - 1)
    expect(mean).toBeGreaterThan(19.7)
    expect(mean).toBeLessThan(20.3)
    expect(variance / mean).toBeGreaterThan(0.95)
    expect(variance / mean).toBeLessThan(1.05)
  })

  test.each([0.5, 1, 4])('have gamma gaps of shape %f: the mean of the rate, and a variance of 1 in shape', (shape) => {
    const times = instants(20, { arrivals: { kind: 'gamma', shape }, until: hour })
    const gaps = times.map((ms, i) => (ms - (times[i - 1] ?? 0)) / 50)
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length
    const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length
    expect(mean).toBeGreaterThan(0.98)
    expect(mean).toBeLessThan(1.02)
    expect(variance * shape).toBeGreaterThan(0.95)
    expect(variance * shape).toBeLessThan(1.05)
  })

  test('are a function of the seed, and come in order', () => {
    expect(instants(1, { until: hour }, 5)).toEqual(instants(1, { until: hour }, 5))
    expect(instants(1, { until: hour }, 5)).not.toEqual(instants(1, { until: hour }, 6))
    const times = instants(5, { until: hour })
    expect(times).toEqual(times.toSorted((a, b) => a - b))
  })

  test('with passes there are as many as trees to play, each tree once a pass, under an identity of its own', () => {
    const { slots, playOf } = arrivals(2, { until: { kind: 'passes', passes: 2 } })
    const plays = Array.from({ length: slots }, (_, slot) => playOf(slot, 0)!)
    expect(slots).toBe(6)
    expect(new Set(plays.slice(0, 3).map(({ tree }) => tree.traceId))).toEqual(new Set(['a', 'b', 'c']))
    expect(new Set(plays.map(({ scope }) => scope)).size).toBe(6)
    expect(playOf(0, 1)).toBeUndefined()
  })
})

test('a rate at which nobody comes, or too many do, is refused with the cure', () => {
  const short = { until: { kind: 'window', durationMs: 1 } } as const
  expect(() => arrivals(0.001, short)).toThrow(/no session arrives before the window ends; give a higher rate/)
  expect(() => arrivals(100_000, { until: hour })).toThrow(/give a lower rate or a shorter window/)
})
