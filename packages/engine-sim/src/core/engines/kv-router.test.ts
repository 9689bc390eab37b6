import { expect, test } from 'vitest'
import { requestOf } from '../engine.fixture.ts'
import { RouterConfig } from '../fleet-config.ts'
import { type KvCandidate, type KvCostWeights, kvCost } from './kv-cost.ts'
import { KvRouter } from './kv-router.ts'
import { pickByCost } from './pick-by-cost.ts'

const weights: KvCostWeights = {
  overlapScoreCredit: 1,
  overlapScoreCreditDecay: 0,
  prefillLoadScale: 1,
  decodeActiveRequestWeight: 0,
  hostCacheHitWeight: 0.75,
  diskCacheHitWeight: 0.25,
  sharedCacheMultiplier: 0,
  trackPrefillTokens: true,
}
const candidate: KvCandidate = {
  activePrefillTokens: 16,
  deviceOverlapBlocks: 6,
  decodeBlocks: 5,
  activeRequests: 3,
}
const context = { blockSize: 16, promptTokens: 64, minActivePrefillTokens: 16 }
const costOf = (
  changes: Partial<KvCostWeights>,
  of: Partial<KvCandidate> = {},
  beside: { isDecode?: boolean; minActivePrefillTokens?: number } = {},
) => kvCost({ ...candidate, ...of }, { ...context, ...beside }, { ...weights, ...changes })

test("Dynamo's example: 5 blocks to compute, of which 4 are credited, twice, and 5 held", () => {
  expect(costOf({ prefillLoadScale: 2 })).toBe(7)
  expect(costOf({ prefillLoadScale: 2, trackPrefillTokens: false })).toBe(5)
})

test('each term by hand', () => {
  expect(costOf({}, { deviceOverlapBlocks: 2 })).toBe(5 - 2 + 5)
  expect(costOf({ overlapScoreCredit: 0.5 }, { deviceOverlapBlocks: 2 })).toBe(5 - 1 + 5)
  expect(costOf({}, { deviceOverlapBlocks: 1, hostOverlapBlocks: 2, diskOverlapBlocks: 2 })).toBe(5 - 3 + 5)
  expect(costOf({ sharedCacheMultiplier: 0.5 }, { deviceOverlapBlocks: 1, sharedBeyondDeviceBlocks: 2 })).toBe(
    5 - 2 + 5,
  )
  expect(costOf({ decodeActiveRequestWeight: 2 }, { deviceOverlapBlocks: 2 })).toBe(5 - 2 + 5 + 6)
})

test('a hit counts less at an engine that has more to compute than the one that has least', () => {
  // 64 tokens beyond the least are 4 blocks, as many as the request has: a credit of 2 decays to a half of it, or at decay 3 to a quarter.
  const busy = { activePrefillTokens: 80, deviceOverlapBlocks: 2 }
  expect(costOf({ overlapScoreCreditDecay: 1 }, busy)).toBe(9 - 1 + 5)
  expect(costOf({ overlapScoreCreditDecay: 3 }, busy)).toBe(9 - 0.5 + 5)
  expect(costOf({ overlapScoreCreditDecay: 3 }, busy, { minActivePrefillTokens: 80 })).toBe(9 - 2 + 5)
})

test('engines that decode only: what they hold comes off what their requests hold, down to nothing', () => {
  const untracked = { trackPrefillTokens: false }
  expect(costOf(untracked, { deviceOverlapBlocks: 2 }, { isDecode: true })).toBe(3)
  expect(costOf({ ...untracked, decodeActiveRequestWeight: 1 }, {}, { isDecode: true })).toBe(3)
  expect(costOf({ ...untracked, overlapScoreCredit: 0 }, {}, { isDecode: true })).toBe(5)
})

test('the least cost wins; of several each alike often', () => {
  expect(pickByCost([3, 1, 2], 0, () => 0)).toBe(1)
  // The second of two least ones wins when the roll falls into its half, the third when into its third.
  expect(pickByCost([1, 1, 1, 5], 0, () => 0.9)).toBe(0)
  expect(pickByCost([1, 1, 1, 5], 0, () => 0.4)).toBe(1)
  expect(pickByCost([1, 1, 1, 5], 0, () => 0.3)).toBe(2)
})

test('at a temperature costs are spread from 0 to 1 and drawn by a softmax', () => {
  // Costs 10 and 30 at temperature 1: weights 1 and 1/e, so that the first has .7311 of all.
  expect(pickByCost([10, 30], 1, () => 0.731)).toBe(0)
  expect(pickByCost([10, 30], 1, () => 0.732)).toBe(1)
  // At 0.5: 1 and 1/e^2, so .8808.
  expect(pickByCost([10, 30], 0.5, () => 0.88)).toBe(0)
  expect(pickByCost([10, 30], 0.5, () => 0.882)).toBe(1)
  expect([0.2, 0.4, 0.9].map((sample) => pickByCost([7, 7, 7], 1, () => sample))).toEqual([0, 1, 2])
})

function kvRouter(engines: number, changes: object = {}) {
  const config = RouterConfig.parse({ routing: 'kv', ...changes })
  if (config.routing !== 'kv') throw new Error('another router')
  return new KvRouter(engines, config, { blockSize: 4 })
}

const keysOf = (contents: string) => [...requestOf('', 1, 1, contents).blockKeys]

test('goes where the prompt is held, by what engines tell, until it is no longer', () => {
  const router = kvRouter(3)
  router.changed?.(2, keysOf('xyz'))
  router.changed?.(1, keysOf('x'))
  const first = requestOf('a', 13, 1, 'xyz')
  // 13/4 to compute less 3 held, and 3 blocks held by requests; at engine 1 less 1, at engine 0 less nothing.
  expect(router.choose(first, 0)).toBe(2)
  router.ended(2, first)
  router.changed?.(2, [-keysOf('xyz')[1]!])
  // One block is found at 1 and at 2: only the leading ones count.
  router.changed?.(0, keysOf('xy'))
  expect(router.choose(requestOf('b', 13, 1, 'xyz'), 0)).toBe(0)
})

test('a request in progress costs what it computes until its first token, and what it holds until its end', () => {
  const router = kvRouter(2)
  router.changed?.(0, keysOf('xyz'))
  const long = requestOf('a', 40, 1)
  router.changed?.(1, keysOf('uvw'))
  expect(router.choose(requestOf('u', 13, 1, 'uvw'), 0)).toBe(1)
  // Engine 0: 10 to compute, 10 to hold; engine 1: 10.25 to compute, 13 held.
  expect(router.choose(long, 0)).toBe(0)
  // Held at 0: 10 + 3.25 - 3 to compute, 13 held, 23.25; at 1: 1 + 13 = 3.5 to compute and 6 held, 9.5.
  expect(router.choose(requestOf('b', 13, 1, 'xyz'), 0)).toBe(1)
  router.began(0, long)
  // At 0: .25 and 13 held, 13.25; at 1, which has 14 tokens to compute and holds 6 blocks: 6.75 and 6, one that is held already not counted.
  expect(router.choose(requestOf('c', 13, 1, 'xyz'), 0)).toBe(1)
  router.ended(0, long)
  expect(router.choose(requestOf('d', 13, 1, 'xyz'), 0)).toBe(0)
})

test('without the word of engines they are taken to hold what was sent to them, for a while', () => {
  const loaded = kvRouter(2, { useKvEvents: false, ttlS: 10 })
  expect(loaded.changed).toBeUndefined()
  const served = (atMs: number) => {
    const request = requestOf('a', 13, 1, 'xyz')
    const engine = loaded.choose(request, atMs)
    loaded.ended(engine, request)
    return engine
  }
  const home = served(0)
  // Where nothing is held, equal costs are drawn among: 32 in a row at one engine are no chance.
  const places = Array.from({ length: 32 }, (_, at) => served(9_999 * (at + 1)))
  expect(new Set(places)).toEqual(new Set([home]))
  const drawn = Array.from({ length: 32 }, (_, at) => served(1e6 + 10_000 * at))
  expect(new Set(drawn)).toEqual(new Set([0, 1]))
})

test('siblings that come at once stay together where what was just sent counts too', () => {
  const untracked = { trackActiveBlocks: false, prefillLoadScale: 1 }
  const placesOf = (changes: object) => {
    const router = kvRouter(2, { ...untracked, ...changes })
    // Two requests of 10 blocks each; the first is through with its prompt, and the engine has told of nothing yet.
    const first = requestOf('a', 41, 1, 'xyzuvwabcd')
    const engine = router.choose(first, 0)
    router.began(engine, first)
    router.choose(requestOf('beside', 1, 1), 0)
    return [engine, router.choose(requestOf('b', 41, 1, 'xyzuvwabcd'), 4_999)]
  }
  for (let seed = 0; seed < 8; seed += 1) {
    const [first, second] = placesOf({ predictedTtlS: 5, seed })
    expect(second).toBe(first)
  }
  const apart = Array.from({ length: 8 }, (_, seed) => placesOf({ seed })).filter(([one, other]) => one !== other)
  expect(apart.length).toBeGreaterThan(0)
})
