import { expect, test } from 'vitest'
import { helpersForRest } from './helpers-for-rest.ts'

const like = (left: number) => Array.from({ length: left }, () => 1)

test('by hand: a helper costs 1.35 s before it begins, and is got for a rest that takes longer', () => {
  const of = (tookMs: number, left = 11, cores = 2) =>
    helpersForRest({ doneSize: 1, tookMs, leftSizes: like(left), cores })
  // 11 runs of 120 ms: 1.32 s. Of 130 ms: 1.43 s.
  expect([of(120), of(130)]).toEqual([0, 1])
  // What two runs took tells of one.
  expect(helpersForRest({ doneSize: 2, tookMs: 240, leftSizes: like(11), cores: 2 })).toBe(0)
  // No more of them than there are runs or cores beside this one.
  expect([of(60_000, 1), of(60_000, 3, 8), of(60_000, 11, 8), of(60_000, 11, 1), of(60_000, 0)]).toEqual([
    1, 3, 7, 0, 0,
  ])
})

test('a run of twice the lanes is taken for twice the work', () => {
  const of = (leftSizes: readonly number[]) => helpersForRest({ doneSize: 8, tookMs: 400, leftSizes, cores: 2 })
  // 400 ms for 8 lanes: 800 ms for 16, and 1.6 s for 32.
  expect([of([16]), of([32]), of([16, 16])]).toEqual([0, 1, 1])
})
