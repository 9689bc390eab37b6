import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { quantile } from '../survey/quantile.ts'
import { valueAt } from './distribution.ts'
import { quantileTable } from './quantile-table.ts'
import { stretchTo } from './stretch.ts'

const values = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 200 })

describe('quantileTable', () => {
  test('holds few knots, and no hundredth is off by more than a percent and rounding', () => {
    fc.assert(
      fc.property(values, (drawn) => {
        const table = quantileTable(drawn)!
        const sorted = Float64Array.from(drawn).sort()
        for (let percent = 0; percent <= 100; percent += 1) {
          const exact = quantile(sorted, percent / 100)!
          expect(Math.abs(valueAt(table, percent / 100) - exact)).toBeLessThanOrEqual(1 + exact * 0.0101)
        }
        for (const p of [0.1, 0.5, 0.9])
          expect(table.find(([share]) => share === p)?.[1]).toBe(Math.round(quantile(sorted, p)!))
      }),
    )
  })

  test('one value is five knots, and none is none', () => {
    expect(quantileTable([7, 7, 7])).toEqual([0, 0.1, 0.5, 0.9, 1].map((share) => [share, 7]))
    expect(quantileTable([])).toBeUndefined()
  })
})

describe('stretchTo', () => {
  test('gives drawn values the wanted quantiles, and what grew still grows', () => {
    fc.assert(
      fc.property(values, values, (wanted, drawn) => {
        const table = quantileTable(wanted)!
        const stretch = stretchTo(table, drawn)
        const sorted = drawn.toSorted((a, b) => a - b)
        const stretched = sorted.map(stretch)
        for (const [index, value] of stretched.entries())
          if (index > 0) expect(value).toBeGreaterThanOrEqual(stretched[index - 1]! - 1e-6)
        expect(stretched.at(-1)).toBeCloseTo(table.at(-1)![1], 6)
      }),
    )
  })

  test('goes on in proportion beyond what was drawn', () => {
    const stretch = stretchTo(
      [
        [0, 20],
        [1, 200],
      ],
      [10, 100],
    )
    expect([5, 10, 100, 200].map(stretch)).toEqual([10, 20, 200, 400])
  })
})
