import { expect, test } from 'vitest'
import { nonNegativeFit } from './non-negative-fit.ts'

test('what the rows were made with comes back', () => {
  const rows = [0, 1, 2, 5, 9].map((x) => [1, x, x * x])
  const found = nonNegativeFit(
    rows,
    rows.map(([one, x, xx]) => 2 * one! + 3 * x! + 0.5 * xx!),
  )
  for (const [at, each] of [2, 3, 0.5].entries()) expect(found[at]).toBeCloseTo(each, 9)
})

test('a coefficient that would be below zero is zero, and the others are the best without it', () => {
  // 10 - x: the best constant is the mean.
  const rows = [1, 2, 3].map((x) => [1, x])
  const [constant, slope] = nonNegativeFit(rows, [9, 8, 7])
  expect(slope).toBe(0)
  expect(constant).toBeCloseTo(8, 9)
  expect(nonNegativeFit([[1], [1]], [-1, -3])).toEqual([0])
})

test('columns of very different sizes', () => {
  const rows = [1, 2, 3, 4].map((x) => [1e-6 * x, 1e6 * x * x])
  const [small, large] = nonNegativeFit(
    rows,
    rows.map(([a, b]) => 5e6 * a! + 2e-6 * b!),
  )
  expect(small! / 5e6).toBeCloseTo(1, 6)
  expect(large! / 2e-6).toBeCloseTo(1, 6)
})
