import fc from 'fast-check'
import { expect, test } from 'vitest'
import { paretoFrontier, stairsOf } from './pareto-frontier.ts'

test('higher x is better: what another beats on both axes is out, and so is what is not above 0', () => {
  const points = [
    { x: 90, y: 160 },
    { x: 100, y: 80 },
    { x: 95, y: 70 },
    { x: 100, y: 60 },
    { x: 0, y: 500 },
    { x: 120, y: 5 },
  ]
  expect(paretoFrontier(points, 'higher-x')).toEqual([points[0], points[1], points[5]])
})

test('lower x is better', () => {
  const points = [
    { x: 10, y: 5 },
    { x: 20, y: 50 },
    { x: 20, y: 40 },
    { x: 30, y: 45 },
  ]
  expect(paretoFrontier(points, 'lower-x')).toEqual([points[0], points[1]])
})

test('the stairs never leave what was reached', () => {
  const frontier = [
    { x: 1, y: 9 },
    { x: 4, y: 2 },
  ]
  expect(stairsOf(frontier, 'higher-x')).toEqual([
    [1, 9],
    [1, 2],
    [4, 2],
  ])
  expect(stairsOf([frontier[1]!, { x: 6, y: 7 }], 'lower-x')).toEqual([
    [4, 2],
    [6, 2],
    [6, 7],
  ])
})

test('a point is on the frontier exactly if no other is at least as good on both axes and better on one', () => {
  const place = fc.record({ x: fc.integer({ min: 1, max: 9 }), y: fc.integer({ min: 1, max: 9 }) })
  fc.assert(
    fc.property(fc.array(place), (points) => {
      const beaten = (one: { x: number; y: number }) =>
        points.some(({ x, y }) => x >= one.x && y >= one.y && (x > one.x || y > one.y))
      const distinct = new Set(points.filter((point) => !beaten(point)).map(({ x, y }) => `${x} ${y}`))
      expect(paretoFrontier(points, 'higher-x').map(({ x, y }) => `${x} ${y}`)).toEqual(
        [...distinct].sort((one, other) => Number.parseInt(one, 10) - Number.parseInt(other, 10)),
      )
    }),
  )
})
