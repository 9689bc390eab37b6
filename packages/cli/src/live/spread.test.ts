import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Spread } from './spread.ts'

test('a percentile is within 1 % of the value at that rank', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0.01, max: 1e6, noNaN: true }), { minLength: 1 }),
      fc.constantFrom(0.5, 0.9, 0.99, 1),
      (values, share) => {
        const spread = new Spread()
        for (const value of values) spread.add(value)
        const exact = values.toSorted((a, b) => a - b)[Math.ceil(share * values.length) - 1]!
        expect(Math.abs(spread.quantile(share)! / exact - 1)).toBeLessThan(0.0101)
      },
    ),
  )
})

test('no value, no percentile; a value of nothing is a very small one', () => {
  const spread = new Spread()
  expect(spread.quantile(0.5)).toBeUndefined()
  spread.add(0)
  expect(spread.quantile(0.5)).toBeLessThan(0.0011)
})
