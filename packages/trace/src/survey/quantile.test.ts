import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { quantile } from './quantile.ts'

describe('quantile', () => {
  test('interpolates at rank (n-1)p', () => {
    expect(quantile([10, 20, 30, 40, 50], 0.9)).toBeCloseTo(46, 12)
    expect(quantile([10, 20, 30, 40], 0.5)).toBe(25)
    expect(quantile([7], 0.99)).toBe(7)
    expect(quantile([], 0.5)).toBeUndefined()
  })

  test('a rank that touches a failure has no bound; one that does not, has', () => {
    // Eleven ranks 0..10, the last one a failure.
    const ten = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    expect(quantile(ten, 0.5, 1)).toBe(6)
    expect(quantile(ten, 0.9, 1)).toBe(10)
    expect(quantile(ten, 0.95, 1)).toBe(Infinity)
    expect(quantile([], 0.5, 3)).toBe(Infinity)
  })

  const values = fc.array(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), { minLength: 1 })
  const sorted = values.map((list) => Float64Array.from(list).sort())
  const p = fc.double({ noNaN: true, min: 0, max: 1 })

  test('lies within the values', () => {
    fc.assert(
      fc.property(sorted, p, (list, share) => {
        const value = quantile(list, share)!
        expect(value).toBeGreaterThanOrEqual(list[0]!)
        expect(value).toBeLessThanOrEqual(list[list.length - 1]!)
      }),
    )
  })

  test('never falls as p rises, and failures never lower it', () => {
    fc.assert(
      fc.property(sorted, p, p, fc.nat(5), (list, a, b, failures) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)]
        expect(quantile(list, low, failures)!).toBeLessThanOrEqual(quantile(list, high, failures)!)
        expect(quantile(list, low, failures)!).toBeGreaterThanOrEqual(quantile(list, low)!)
      }),
    )
  })
})
