import { expect, test } from 'vitest'
import { settled, trendProbability } from './settling.ts'

/** Up and down around a level, without a trend. */
const level = (n: number, at = 10) => Array.from({ length: n }, (_, i) => at + [0, 1, -1, 0.5, -0.5][i % 5]!)

test('what is level is not cut', () => {
  expect(settled(level(40))).toMatchObject({ cutShare: 0 })
})

test('a start that is far off is cut, and nothing of the rest', () => {
  expect(settled([100, 80, 60, 40, ...level(36)])).toMatchObject({ cutShare: 0.1 })
})

test('stretches in which nothing happened keep their place', () => {
  expect(settled([undefined, 100, undefined, 60, ...level(36)])).toMatchObject({ cutShare: 0.1 })
})

test('what changes in the second half has not settled', () => {
  expect(settled([...level(30, 100), ...level(10)])).toEqual({ cutShare: 'not-reached' })
})

test('a start that ends behind the middle of the time has not settled, however little was seen before', () => {
  expect(settled([100, 100, ...Array(20).fill(undefined), ...level(18)])).toEqual({ cutShare: 'not-reached' })
})

test('by hand: ten values that rise, without a variance for the likeness of neighbours, and ten that are equal', () => {
  // S = 45, of which the variance is 125 without autocorrelation: z = 44 / 11.18 = 3.9.
  expect(trendProbability([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])).toBeLessThan(0.01)
  expect(trendProbability(Array.from({ length: 10 }, () => 5))).toBeCloseTo(1, 6)
  expect(trendProbability([1, 2, 3])).toBeUndefined()
})

test('a level series has no trend', () => {
  expect(trendProbability(level(40))).toBeGreaterThan(0.3)
})

test('of too little nothing is told', () => {
  expect(settled(level(9))).toBeUndefined()
})
