import { expect, test } from 'vitest'
import { playTimeGrid } from './play-time-grid.ts'
import { ratioEstimate } from './ratio-estimate.ts'
import { type RatioSums, twoWayVariance } from './two-way-variance.ts'

/** Three plays, each in both halves. */
const grid = playTimeGrid([0, 0, 1, 1, 2, 2], (i) => i % 2, 2)
/** Two standard errors either way. */
const twice = (sums: RatioSums) => ({ distance: 2 * Math.sqrt(twoWayVariance(sums, 0).all), degrees: 7 })
const tens = Float64Array.of(10, 10, 10, 10, 10, 10)

test('by hand: the residuals of the plays cancel, those of the halves do not', () => {
  // Residuals of the cells: -1, 1 and four 0. Plays: 0; halves: 2 * (1 + 1); cells: 6 / 5 * 2, so that the halves alone are more.
  const estimate = ratioEstimate({ grid, tops: Float64Array.of(4, 6, 5, 5, 5, 5), bottoms: tens }, twice)
  const factor = Math.exp((2 * Math.sqrt(4)) / 30)
  expect(estimate).toEqual({
    low: expect.closeTo(0.5 / factor, 12),
    high: expect.closeTo(0.5 * factor, 12),
    halfWidthShare: expect.closeTo((factor - 1 / factor) / 2, 12),
    degrees: 7,
  })
})

test('by hand: plays differ, halves do not', () => {
  // Residuals of the cells: 1, 1, -1, -1, 0, 0. Plays: 3 / 2 * (4 + 4); halves: 0; cells: 6 / 5 * 4.
  const estimate = ratioEstimate({ grid, tops: Float64Array.of(6, 6, 4, 4, 5, 5), bottoms: tens }, twice)
  expect(estimate).toMatchObject({ high: expect.closeTo(0.5 * Math.exp((2 * Math.sqrt(12)) / 30), 12) })
})

test('of nothing there is no interval', () => {
  expect(ratioEstimate({ grid, tops: new Float64Array(6), bottoms: tens }, twice)).toEqual({
    notEstimable: 'beyond-values',
  })
})
