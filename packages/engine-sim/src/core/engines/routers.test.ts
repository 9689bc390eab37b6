import { expect, test } from 'vitest'
import { requestOf } from '../engine.fixture.ts'
import { consistentHash } from './consistent-hash.ts'
import { leastLoaded } from './least-loaded.ts'
import { randomRouter } from './random.ts'
import { roundRobin } from './round-robin.ts'
import { placesOf, turnOf } from './routed.fixture.ts'
import { sessionAffinity } from './session-affinity.ts'

const many = (count: number) => Array.from({ length: count }, (_, at) => `${String.fromCodePoint(0x4e00 + at)}1`)

const countsOf = (places: readonly number[], engines: number) =>
  Array.from({ length: engines }, (_, engine) => places.filter((place) => place === engine).length)

test('round robin goes round', () => {
  expect(placesOf(roundRobin(3), ['a1', 'b1', 'c1', 'd1'])).toEqual([0, 1, 2, 0])
})

test('random takes each alike often, the same ones for a seed, and others for another', () => {
  const [places, again, other] = [1, 1, 2].map((seed) => placesOf(randomRouter(4, { seed }), many(4000)))
  expect(again).toEqual(places)
  expect(other).not.toEqual(places)
  // Four standard deviations of a binomial of 4,000 and a quarter are 110.
  for (const count of countsOf(places!, 4)) expect(Math.abs(count - 1000)).toBeLessThan(110)
})

test('least loaded takes the engine that has fewest, of several the first', () => {
  const router = leastLoaded(3)
  expect(placesOf(router, ['a1', 'b1', 'c1', 'd1'])).toEqual([0, 1, 2, 0])
  router.ended?.(1, turnOf('b1'))
  expect(placesOf(router, ['e1', 'f1', 'g1'])).toEqual([1, 1, 2])
})

test('a session stays where its first request went: where there was least to do then', () => {
  const router = sessionAffinity(2, { idleS: 0 })
  expect(placesOf(router, ['a1', 'a2', 'a3', 'b1', 'a4', 'c1'])).toEqual([0, 0, 0, 1, 0, 1])
  // Four and two; a request without a session, and without a block that others could have, goes where there is least to do.
  expect(router.choose(requestOf('alone', 3, 1), 0)).toBe(1)
  expect(router.choose(requestOf('of the same prompt', 5, 1, 'a'), 0)).toBe(1)
  expect(placesOf(router, ['d1'])).toEqual([0])
  expect(router.choose(requestOf('of the same prompt again', 5, 1, 'a'), 0)).toBe(1)
})

test('a session that was idle for longer than it may is a new one', () => {
  const router = sessionAffinity(2, { idleS: 10 })
  const places = [
    router.choose(turnOf('a1'), 0),
    router.choose(turnOf('a2'), 10_000),
    router.choose(turnOf('b1'), 10_000),
    router.choose(turnOf('a3'), 20_000),
    router.choose(turnOf('a4'), 30_001),
  ]
  // Three and one when it comes back.
  expect(places).toEqual([0, 0, 1, 0, 1])
})

test('a ring keeps a session where it is, and an engine more takes its share from all and moves no other', () => {
  const names = many(3000)
  const [eight, nine] = [8, 9].map((engines) => placesOf(consistentHash(engines, { points: 100, bound: 0 }), names))
  expect(placesOf(consistentHash(8, { points: 100, bound: 0 }), names)).toEqual(eight)
  for (const count of countsOf(eight!, 8)) expect(Math.abs(count - 375)).toBeLessThan(150)
  const moved = nine!.flatMap((place, at) => (place === eight![at] ? [] : [place]))
  expect(new Set(moved)).toEqual(new Set([8]))
  expect(Math.abs(moved.length - 3000 / 9)).toBeLessThan(150)
})

test('bounded loads: no engine has more than its share times the bound', () => {
  const router = consistentHash(4, { points: 50, bound: 1.25 })
  const same = Array.from({ length: 40 }, (_, at) => `a${at}`)
  // Of one session alone: 40 requests, of which each engine may have 12.5, so 13.
  const places = placesOf(router, same)
  expect(Math.max(...countsOf(places, 4))).toBe(13)
  for (const upTo of [1, 5, 17, 33]) {
    const most = Math.max(...countsOf(places.slice(0, upTo), 4))
    expect(most).toBe(Math.ceil((1.25 * upTo) / 4))
  }
  const unbounded = consistentHash(4, { points: 50, bound: 0 })
  expect(countsOf(placesOf(unbounded, same), 4).toSorted((one, other) => other - one)).toEqual([40, 0, 0, 0])
})
