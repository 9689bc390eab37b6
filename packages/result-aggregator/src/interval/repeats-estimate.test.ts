import { expect, test } from 'vitest'
import { repeatsEstimate } from './repeats-estimate.ts'

test('by hand: logarithms 1, 2 and 3', () => {
  const factor = Math.exp(4.302652729749464 / Math.sqrt(3))
  expect(repeatsEstimate([Math.E, Math.E ** 2, Math.E ** 3])).toEqual({
    value: expect.closeTo(Math.E ** 2, 12),
    basis: { method: 'repeats', level: 0.95, n: 3, effectiveN: 3 },
    estimate: {
      low: expect.closeTo(Math.E ** 2 / factor, 12),
      high: expect.closeTo(Math.E ** 2 * factor, 9),
      halfWidthShare: expect.closeTo((factor - 1 / factor) / 2, 12),
    },
  })
})

test('of one or two runs the mean alone is told', () => {
  expect(repeatsEstimate([4, 9])).toMatchObject({
    value: expect.closeTo(6, 12),
    estimate: { notEstimable: 'few-values' },
  })
  expect(repeatsEstimate([4])).toMatchObject({ value: expect.closeTo(4, 12), estimate: { notEstimable: 'few-values' } })
})

test('nothing is told of no value, nor of one that has no logarithm', () => {
  expect(repeatsEstimate([])).toBeUndefined()
  expect(repeatsEstimate([1, 0, 2])).toBeUndefined()
  expect(repeatsEstimate([1, Infinity])).toBeUndefined()
})
