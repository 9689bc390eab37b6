import { expect, test } from 'vitest'
import { threadsForRest } from './threads-for-rest.ts'

test('by hand: two threads halve what is left, and cost 1.35 s each before they begin', () => {
  const of = (tookMs: number, left = 11, cores = 2) => threadsForRest({ done: 1, tookMs, left, cores })
  // 11 runs of 200 ms: 2.2 s here, 1.1 + 1.35 in two threads. Of 300 ms: 3.3 s, 1.65 + 1.35.
  expect([of(200), of(300)]).toEqual([1, 2])
  // What two runs took tells of one.
  expect(threadsForRest({ done: 2, tookMs: 400, left: 11, cores: 2 })).toBe(1)
  expect([of(60_000, 1), of(60_000, 3, 8), of(60_000, 11, 1)]).toEqual([1, 3, 1])
})
