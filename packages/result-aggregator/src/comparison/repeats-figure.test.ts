import { expect, test } from 'vitest'
import { repeatedShift, repeatsFigure } from './repeats-figure.ts'

test('runs of the same plans: t of the logarithms of their ratios', () => {
  // Logarithms of the ratios: 0.1, 0.2, 0.3; mean 0.2, error 0.1 / sqrt 3, t at 97.5 % of two degrees 4.302653.
  const a = [100, 200, 50]
  const b = a.map((value, i) => value * Math.exp(0.1 * (i + 1)))
  const reach = (4.302653 * 0.1) / Math.sqrt(3)
  expect(repeatsFigure('ratio', { a, b, paired: true })).toMatchObject({
    value: expect.closeTo(Math.exp(0.2), 9),
    estimate: { low: expect.closeTo(Math.exp(0.2 - reach), 6), high: expect.closeTo(Math.exp(0.2 + reach), 6) },
  })
})

test('runs of other plans: Welch', () => {
  // Means 2 and 5, variances 1 and 4 of three each: error sqrt(5/3), degrees (5/3)^2 / ((1/9 + 16/9) / 2) = 2.941176.
  const { value, estimate } = repeatsFigure('difference', { a: [1, 2, 3], b: [3, 5, 7], paired: false })
  const reach = 3.2185 * Math.sqrt(5 / 3)
  expect(value).toBeCloseTo(3, 12)
  expect(estimate).toEqual({ low: expect.closeTo(3 - reach, 2), high: expect.closeTo(3 + reach, 2) })
})

test('equal runs have no width, two runs no interval, and a figure that one run lacks is not measured', () => {
  expect(repeatsFigure('ratio', { a: [2, 2, 2], b: [3, 3, 3], paired: false }).estimate).toEqual({
    low: expect.closeTo(1.5, 12),
    high: expect.closeTo(1.5, 12),
  })
  expect(repeatsFigure('ratio', { a: [2, 3], b: [2, 3], paired: true }).estimate).toEqual({
    notEstimable: 'few-values',
  })
  expect(repeatsFigure('ratio', { a: [2, undefined, 3], b: [2, 3, 4], paired: true })).toEqual({
    estimate: { notEstimable: 'not-measured' },
  })
})

test('ratios that each pair of runs gave', () => {
  const { value, estimate } = repeatedShift('ratio', [1.02, 1.03, 1.04])
  expect(value).toBeCloseTo(1.03, 3)
  expect((estimate as { low: number }).low).toBeGreaterThan(1)
})
