import { expect, test } from 'vitest'
import { okRecord } from '../../../testing/run.fixture.ts'
import { compareLengths } from './compare-lengths.ts'
import { histogramOf } from './histogram.ts'

test('bins double, hold their lower edge and not their upper, and zeros stand apart', () => {
  expect(histogramOf([0, 0, 0.5, 1, 1.99, 2, 8, 2 ** 29])).toMatchObject({ n: 8, zeros: 2, first: -1, max: 2 ** 29 })
  expect(histogramOf([0, 0.5, 1, 1.99, 2, 8])!.counts).toEqual([1, 2, 1, 0, 1])
  expect(histogramOf([0])).toMatchObject({ zeros: 1, counts: [] })
  expect(histogramOf([])).toBeUndefined()
})

test('think time runs from the end of a turn to when the next was due, within a session of a play', () => {
  const requests = [
    okRecord({ turn: 1, dueMs: 5610, sentMs: 5700 }),
    okRecord({ turn: 0, doneMs: 1610 }),
    okRecord({ turn: 3, dueMs: 99_000 }),
    okRecord({ turn: 0, lane: 1, doneMs: 1000 }),
  ]
  const [input, , think, turns] = compareLengths(requests)
  expect(think).toMatchObject({ name: 'think', replayed: { n: 1, mean: 4 } })
  expect(turns!.replayed).toMatchObject({ n: 2, max: 3 })
  expect(input).not.toHaveProperty('planned')
})
