import { expect, test } from 'vitest'
import { isPointName, loadPoints, nameOfPoint } from './load-point.ts'

const preset = 'agentx-v0.1'

test('repeats are all sizes once more with the next seed, each in a folder of its own', () => {
  const points = loadPoints({ preset, lanes: [4, 8], seed: 42, repeat: 2 })
  expect(points).toEqual([
    { lanes: 4, seed: 42 },
    { lanes: 8, seed: 42 },
    { lanes: 4, seed: 43 },
    { lanes: 8, seed: 43 },
  ])
  expect(points.map(nameOfPoint)).toEqual(['lanes-4-seed-42', 'lanes-8-seed-42', 'lanes-4-seed-43', 'lanes-8-seed-43'])
  expect(points.map(nameOfPoint).every(isPointName)).toBe(true)
})

test('one run of each size needs no seed of its own', () => {
  expect(loadPoints({ preset, lanes: [4], seed: 7, repeat: 1 })).toEqual([{ lanes: 4 }])
  expect(loadPoints({ preset, lanes: [4], seed: 7 })).toEqual([{ lanes: 4 }])
})
