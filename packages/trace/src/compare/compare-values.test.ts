import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareValues, quantileCurve } from './compare-values.ts'

const of = (...values: number[]) => Float64Array.from(values).sort()

describe('compareValues', () => {
  test('worked out by hand: shares differ by a half between 1 and 2, and by a quarter between 3 and 4', () => {
    const comparison = compareValues(of(1, 1, 3, 3), of(2, 2, 3, 4))!
    expect(comparison.ks).toBe(0.5)
    // Ranks 1, 1, 3, 3 and 2, 2, 3, 4 are 1, 1, 0 and 1 apart; the first lie 1 from their median 2.
    expect(comparison.wasserstein).toBe(0.75)
    expect(comparison.difference).toEqual({ p10: 1, p50: 0.25, p90: expect.closeTo(3.7 / 3 - 1, 12) })
  })

  test('nothing between values that are all one, and no measure where only those of the first are', () => {
    expect(compareValues(of(5, 5), of(5, 5, 5))).toMatchObject({ ks: 0, wasserstein: 0 })
    expect(compareValues(of(5, 5), of(6))).toMatchObject({ ks: 1, difference: { p50: expect.closeTo(0.2) } })
    expect(compareValues(of(5, 5), of(6))).not.toHaveProperty('wasserstein')
    expect(compareValues(of(0, 0), of(6))?.difference).toEqual({})
    expect(compareValues(of(), of(6))).toBeUndefined()
  })

  test('a shift by the width of the first is 1', () => {
    expect(compareValues(of(0, 2), of(1, 3))?.wasserstein).toBe(1)
  })

  const values = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 12 })

  test('both distances are 0 for a corpus and its copies, and are those of the definitions', () => {
    fc.assert(
      fc.property(values, values, fc.integer({ min: 1, max: 3 }), (a, b, copies) => {
        const twin = Array.from({ length: copies }, () => a).flat()
        expect(compareValues(of(...a), of(...twin))?.ks).toBeCloseTo(0, 12)
        const found = compareValues(of(...a), of(...b))!
        const share = (list: readonly number[], bound: number) =>
          list.filter((value) => value <= bound).length / list.length
        const apart = Array.from({ length: 10 }, (_, bound) => Math.abs(share(a, bound) - share(b, bound)))
        expect(found.ks).toBeCloseTo(Math.max(...apart), 12)
        const area = apart.reduce((sum, each) => sum + each, 0)
        const median = quantileCurve(of(...a), 2)[1]!
        const width = a.reduce((sum, value) => sum + Math.abs(value - median), 0) / a.length
        if (width > 0) expect(found.wasserstein).toBeCloseTo(area / width, 9)
      }),
    )
  })
})
