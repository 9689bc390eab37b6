import { expect, test } from 'vitest'
import type { StepWork } from '../step-time/step-work.ts'
import { DecodeHorizon } from './decode-horizon.ts'

const plan = (decodeContextTokens: number): StepWork => ({
  ...{ prefillTokens: 0, prefillContextTokens: 0, prefills: 0, prefillReachTokens: 0 },
  decodes: 1,
  decodeContextTokens,
})

// A step takes a millisecond for each token of its context: ends at 10, 21, 33, 46, 60 ...
function horizonOf(stepMs = ({ decodeContextTokens }: StepWork) => decodeContextTokens): DecodeHorizon {
  const horizon = new DecodeHorizon(stepMs)
  horizon.begin([{ plan: plan(10), endMs: 10 }])
  return horizon
}

test('each step is a token longer than the one before it', () => {
  expect([0, 1, 3, 2, 4].map((steps) => horizonOf().endMs(steps))).toEqual([10, 21, 46, 33, 60])
})

test('as many steps are counted as end before the instant, and no more than asked for', () => {
  const horizon = horizonOf()
  expect(horizon.stepsBefore(33, 9)).toBe(2)
  expect(horizon.stepsBefore(33.1, 9)).toBe(3)
  expect(horizon.stepsBefore(1e9, 1)).toBe(1)
  expect(horizon.stepsBefore(10, 9)).toBe(0)
})

test('steps that have passed are counted no more, and each duration is asked for once', () => {
  const asked: number[] = []
  const horizon = horizonOf(({ decodeContextTokens }) => {
    asked.push(decodeContextTokens)
    return decodeContextTokens
  })
  expect(horizon.endMs(3)).toBe(46)
  horizon.pass(2)
  expect([horizon.endMs(0), horizon.stepsBefore(46.5, 9), horizon.endMs(2)]).toEqual([33, 2, 60])
  expect(asked).toEqual([11, 12, 13, 14])
})

test('two steps under way are the first two, whatever their lengths were', () => {
  const horizon = new DecodeHorizon(({ decodeContextTokens }) => decodeContextTokens)
  horizon.begin([
    { plan: plan(10), endMs: 7 },
    { plan: plan(11), endMs: 21 },
  ])
  expect([0, 1, 2].map((steps) => horizon.endMs(steps))).toEqual([7, 21, 33])
})

test('it begins again only where it has forgotten', () => {
  const horizon = horizonOf()
  horizon.endMs(600)
  horizon.begin([{ plan: plan(1), endMs: 1 }])
  expect(horizon.endMs(1)).toBe(21)
  horizon.forget()
  horizon.begin([{ plan: plan(1), endMs: 1 }])
  expect([horizon.endMs(0), horizon.endMs(1)]).toEqual([1, 3])
})

test('ranks grow each by what it decodes', () => {
  const horizon = new DecodeHorizon(({ ranks }) => Math.max(...ranks!.map((rank) => rank?.decodeContextTokens ?? 0)))
  horizon.begin([{ plan: { ...plan(30), ranks: [plan(10), undefined, { ...plan(5), decodes: 9 }] }, endMs: 10 }])
  expect([1, 2].map((steps) => horizon.endMs(steps))).toEqual([24, 47])
})
