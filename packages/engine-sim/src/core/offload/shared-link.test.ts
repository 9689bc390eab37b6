import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SharedLink } from './shared-link.ts'

/** Ends of transfers of so many milliseconds each, were they alone, by the instants at which they were started. */
function endsOf(starts: readonly (readonly [atMs: number, lengthMs: number])[], latencyMs = 0): number[] {
  const link = new SharedLink({ gbPerS: 1, latencyMs })
  const ends: number[] = []
  for (const [which, [atMs, lengthMs]] of starts.entries())
    link.start(atMs, lengthMs * 1e6, (endMs) => (ends[which] = endMs))
  for (let next = link.nextMs; next !== undefined; next = link.nextMs) link.advance(next)
  return ends
}

test('what is under way shares the bandwidth evenly', () => {
  expect(endsOf([[0, 10]])).toEqual([10])
  expect(
    endsOf([
      [0, 10],
      [0, 10],
    ]),
  ).toEqual([20, 20])
  // Alone for 5 ms, then half as fast for 10; the other one has 5 ms left then.
  expect(
    endsOf([
      [0, 10],
      [5, 10],
    ]),
  ).toEqual([15, 20])
  expect(
    endsOf([
      [0, 10],
      [30, 1],
    ]),
  ).toEqual([10, 31])
})

test('a transfer has its share after its latency', () => {
  expect(
    endsOf(
      [
        [0, 10],
        [5, 10],
      ],
      2,
    ),
  ).toEqual([17, 22])
})

test('none is faster than alone, and all together are no faster than the link', () => {
  const start = fc.tuple(fc.double({ min: 0, max: 50, noNaN: true }), fc.double({ min: 0.01, max: 20, noNaN: true }))
  fc.assert(
    fc.property(
      fc.array(start, { minLength: 1, maxLength: 12 }),
      fc.double({ min: 0, max: 3, noNaN: true }),
      (drawn, latencyMs) => {
        const starts = drawn.toSorted(([one], [other]) => one - other)
        const ends = endsOf(starts, latencyMs)
        for (const [at, [atMs, lengthMs]] of starts.entries()) {
          expect(ends[at]! - atMs - latencyMs - lengthMs).toBeGreaterThan(-1e-6)
          // What was started from here on is over no sooner than a link of this speed can have moved it.
          const later = starts.slice(at).reduce((sum, [, eachMs]) => sum + eachMs, 0)
          expect(Math.max(...ends.slice(at)) - atMs - latencyMs - later).toBeGreaterThan(-1e-6)
        }
      },
    ),
    { numRuns: 200, seed: 1 },
  )
})
