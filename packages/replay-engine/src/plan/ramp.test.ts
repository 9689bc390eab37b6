import { expect, test } from 'vitest'
import { corpusOf, plainTrace } from '../corpus.fixture.ts'
import { arrivalsOf } from './load.ts'
import type { LoadOverrides } from './plan-load.ts'
import { planReplay } from './plan-replay.ts'
import { rampStartMs, rampSteps } from './ramp.ts'

const ramp = { lanes: [1, 4, 16], settleMs: 60_000, windowMs: 600_000 }
const until = { kind: 'window', durationMs: 1_980_000 } as const

test('each step settles, is measured, and goes over into the next', () => {
  expect(rampSteps(ramp)).toEqual([
    { lanes: 1, fromMs: 0, measuredFromMs: 60_000, toMs: 660_000 },
    { lanes: 4, fromMs: 660_000, measuredFromMs: 720_000, toMs: 1_320_000 },
    { lanes: 16, fromMs: 1_320_000, measuredFromMs: 1_380_000, toMs: 1_980_000 },
  ])
  expect([0, 1, 3, 4, 15].map((lane) => rampStartMs(ramp, lane))).toEqual([0, 660_000, 660_000, 1_320_000, 1_320_000])
  expect(rampStartMs(undefined, 7)).toBe(0)
})

const planned = (overrides: LoadOverrides, lanes = 16) =>
  planReplay(corpusOf([plainTrace('a', 3)]), { seed: 1, lanes, overrides: { ramp, until, ...overrides } })

test('lanes of later steps are due with their step, and a result says that the preset was changed', () => {
  const plan = planned({ staggerMs: 100 })
  expect([0, 1, 4].map((lane) => arrivalsOf(plan).dueMs(lane))).toEqual([0, 660_100, 1_320_400])
  expect(plan.preset.changed).toContain('ramp')
})

test.each<[LoadOverrides, number, RegExp]>([
  [{ ramp: { ...ramp, lanes: [4, 4, 16] } }, 16, /more lanes than the one before/],
  [{}, 17, /must have all 17 lanes/],
  [{ warmup: { kind: 'plays', perLane: 1 } }, 16, /warm-up of whole plays/],
  [{ until: { kind: 'window', durationMs: 600_000 } }, 16, /must hold all steps/],
  [{ until: { kind: 'passes', passes: 1 } }, 16, /must hold all steps/],
])('refused: %o with %i lanes', (overrides, lanes, message) => {
  expect(() => planned(overrides, lanes)).toThrow(message)
})
