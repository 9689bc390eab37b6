import { describe, expect, test } from 'vitest'
import { studentT } from './student-t.ts'

/** To sixteen digits, computed with forty (mpmath's incomplete beta function, halved in). */
const table: readonly (readonly [p: number, df: number, t: number])[] = [
  [0.975, 0.3, 6582.035699400775],
  [0.975, 1, 12.7062047361747],
  [0.975, 2, 4.302652729749464],
  [0.975, 2.5, 3.574654842003683],
  [0.975, 3, 3.18244630528371],
  [0.975, 4, 2.776445105197794],
  [0.975, 4.7, 2.62072607535317],
  [0.975, 6.1, 2.437221095141679],
  [0.975, 11, 2.20098516009164],
  [0.975, 30, 2.042272456301238],
  [0.975, 120, 1.979930405082441],
  [0.95, 2.5, 2.558218614135937],
  [0.95, 11, 1.795884818704044],
  [0.995, 0.3, 1406890.343521027],
  [0.995, 6.1, 3.682598543929416],
  [0.6, 0.3, 0.5023012820593052],
  [0.6, 4.7, 0.2680827195410319],
  [0.6, 120, 0.2539095232149286],
]

describe('studentT', () => {
  test.each(table)('p = %d, df = %d', (p, df, t) => {
    expect(Math.abs(studentT(p, df) / t - 1)).toBeLessThan(1e-10)
    expect(studentT(1 - p, df)).toBeCloseTo(-studentT(p, df), 6)
  })

  test('is that of Cauchy for one degree, and of the normal distribution for very many', () => {
    expect(studentT(0.9, 1)).toBeCloseTo(Math.tan(0.4 * Math.PI), 12)
    const normal = 1.959963984540054
    expect(studentT(0.975, 1e5)).toBeCloseTo(normal + (normal ** 3 + normal) / 4e5, 8)
    expect(studentT(0.5, 3)).toBe(0)
  })

  test.each([
    [0, 3],
    [1, 3],
    [0.9, 0],
    [Number.NaN, 3],
  ])('refuses p = %d at %d degrees', (p, df) => {
    expect(() => studentT(p, df)).toThrow(RangeError)
  })
})
