import { expect, test } from 'vitest'
import { independentFigure } from './independent-figure.ts'

test('a ratio has the distances of both intervals, squared and added, on the scale of logarithms', () => {
  const [a, b] = [
    { value: 100, estimate: { low: 80, high: 125 } },
    { value: 200, estimate: { low: 160, high: 250 } },
  ]
  const reach = Math.exp(Math.SQRT2 * Math.log(1.25))
  expect(independentFigure('ratio', a, b)).toEqual({
    ...{ a: 100, b: 200, value: expect.closeTo(2, 12) },
    estimate: { low: expect.closeTo(2 / reach, 12), high: expect.closeTo(2 * reach, 12) },
  })
})

test('each end takes the side that bears on it', () => {
  const [a, b] = [
    { value: 0.5, estimate: { low: 0.4, high: 0.53 } },
    { value: 0.6, estimate: { low: 0.56, high: 0.72 } },
  ]
  expect(independentFigure('difference', a, b)).toEqual({
    ...{ a: 0.5, b: 0.6, value: expect.closeTo(0.1, 12) },
    estimate: {
      low: expect.closeTo(0.1 - Math.hypot(0.04, 0.03), 12),
      high: expect.closeTo(0.1 + Math.hypot(0.12, 0.1), 12),
    },
  })
})

test('without an interval on either side there is none, and why', () => {
  const known = { value: 100, estimate: { low: 80, high: 125 } }
  const short = { value: 110, estimate: { notEstimable: 'short-window' as const } }
  expect(independentFigure('ratio', known, short)).toEqual({
    a: 100,
    b: 110,
    value: expect.closeTo(1.1, 12),
    estimate: { notEstimable: 'short-window' },
  })
  expect(independentFigure('ratio', short, known).estimate).toEqual({ notEstimable: 'short-window' })
  expect(independentFigure('ratio', known, { value: undefined, estimate: undefined })).toEqual({
    a: 100,
    estimate: { notEstimable: 'not-measured' },
  })
})
