import { expect, test } from 'vitest'
import { distributionOf, withFailures } from './distribution.ts'
import { NumberList } from './number-list.ts'

test('mean, population standard deviation, range and percentiles', () => {
  // Mean 5; squared distances 9 + 1 + 1 + 1 + 0 + 0 + 4 + 16 = 32; 32 / 8 = 4. Divided by n - 1 it would be 2.138.
  expect(distributionOf(Float64Array.of(2, 4, 4, 4, 5, 5, 7, 9))).toEqual({
    n: 8,
    mean: 5,
    std: 2,
    min: 2,
    max: 9,
    p50: 4.5,
    p75: 5.5,
    p90: expect.closeTo(7.6, 10),
    p95: expect.closeTo(8.3, 10),
    p99: expect.closeTo(8.86, 10),
  })
})

test('nothing has no figures', () => {
  expect(distributionOf(new Float64Array())).toBeUndefined()
  expect(withFailures(new Float64Array(), 0)).toBeUndefined()
})

test('the mean of equal values is that value', () => {
  expect(distributionOf(new Float64Array(3).fill(0.1))).toMatchObject({ mean: 0.1, std: 0 })
})

test('failures stand behind every value, and say so in JSON', () => {
  const adjusted = withFailures(Float64Array.of(100, 200, 300, 400), 1)
  expect(JSON.parse(JSON.stringify(adjusted))).toEqual({
    n: 5,
    p50: 300,
    p75: 400,
    p90: 'unbounded',
    p95: 'unbounded',
    p99: 'unbounded',
  })
})

test('a list of numbers grows and sorts by value', () => {
  const list = new NumberList()
  for (let value = 1000; value > 0; value -= 1) list.push(value)
  const sorted = list.sorted()
  expect([list.length, sorted.length, sorted[0], sorted[8], sorted[999]]).toEqual([1000, 1000, 1, 9, 1000])
})
