import { expect, test } from 'vitest'
import { playTimeGrid } from './play-time-grid.ts'
import { twoWayVariance } from './two-way-variance.ts'

/** A play in each of four blocks; 2, 1, -1 and -2 are left over. */
const grid = playTimeGrid([0, 1, 2, 3], (i) => i, 4)
const drifting = { grid, tops: Float64Array.of(12, 11, 9, 8), bottoms: Float64Array.of(10, 10, 10, 10) }

test('by hand: without lags blocks are independent', () => {
  expect(twoWayVariance(drifting, 0).all).toBeCloseTo((10 * 4) / 3, 12)
})

test('by hand: with one lag the products of neighbours count half, twice', () => {
  // 2 * 1 - 1 * 1 + 1 * 2 = 3.
  expect(twoWayVariance(drifting, 1).all).toBeCloseTo(((10 + 3) * 4) / 3, 12)
})

test('blocks that are unlike their neighbours make nothing surer', () => {
  const jumping = { ...drifting, tops: Float64Array.of(12, 8, 12, 8) }
  expect(twoWayVariance(jumping, 3)).toEqual(twoWayVariance(jumping, 0))
})

test('a play that takes part in nothing is none', () => {
  const four = twoWayVariance(drifting, 0)
  const with5 = {
    grid: playTimeGrid([0, 1, 2, 3, 4], (i) => Math.min(i, 3), 4),
    tops: Float64Array.of(12, 11, 9, 8, 0),
    bottoms: Float64Array.of(10, 10, 10, 10, 0),
  }
  expect(twoWayVariance(with5, 0)).toEqual(four)
})
