import { expect, test } from 'vitest'
import type { ObjectiveShare } from '../result/objective.ts'
import { repeatsVerdict } from './repeats-verdict.ts'

const run = (within: number, changes: Partial<ObjectiveShare> = {}): ObjectiveShare => ({
  ...{ n: 100, within, value: 200, verdict: 'unclear', why: 'close' },
  ...changes,
})

test('by hand: three shares of 0.95, 0.97 and 0.99 may be off by 4.303 x 0.02 / sqrt(3)', () => {
  const all = [run(95, { value: 100 }), run(97, { value: 200 }), run(99, { value: 400 })]
  const uncertainty = (4.302652729911275 * 0.02) / Math.sqrt(3)
  expect(repeatsVerdict(all, 90)).toEqual({
    ...{ n: 300, within: 291, verdict: 'keeps' },
    value: expect.closeTo(200, 9),
    uncertainty: expect.closeTo(uncertainty, 10),
  })
  expect(uncertainty).toBeCloseTo(0.0497, 4)
  // 0.97 is above 0.92 by that, and not above 0.93.
  expect(repeatsVerdict(all, 92)).toMatchObject({ verdict: 'keeps' })
  expect(repeatsVerdict(all, 93)).toMatchObject({ verdict: 'unclear', why: 'close' })
})

test('three that are all far below break it, whatever each could tell', () => {
  expect(repeatsVerdict([run(40), run(50), run(60)], 90)).toMatchObject({ verdict: 'breaks' })
})

test('fewer than three are judged by the first', () => {
  const first = run(100, { verdict: 'keeps' })
  expect(repeatsVerdict([first], 90)).toBe(first)
  expect(repeatsVerdict([first, run(0)], 90)).toBe(first)
})

test('where one of them fell behind, or a percentile was infinite, they do not keep', () => {
  const all = [run(100), run(100), run(100, { why: 'fell-behind' })]
  expect(repeatsVerdict(all, 90)).toMatchObject({ verdict: 'unclear', why: 'fell-behind' })
  const { value: _, ...without } = run(0)
  expect(repeatsVerdict([run(95), run(96), without], 90)).not.toHaveProperty('value')
})

test('few values stay few, however many runs they come from', () => {
  const small = () => run(10, { n: 10 })
  expect(repeatsVerdict([small(), small(), small()], 90)).toMatchObject({ why: 'few-values' })
  expect(repeatsVerdict([small(), small(), small(), small()], 90)).toMatchObject({ verdict: 'keeps' })
  expect(repeatsVerdict([run(0, { n: 0 }), run(100), run(100)], 90)).toMatchObject({ why: 'few-values' })
})
