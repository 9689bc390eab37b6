import { defaultEngine } from '@reprise/engine-sim/core'
import { expect, test } from 'vitest'
import { withFleet } from './fleet-options.ts'
import { parseKvTransfer } from './parse-kv-transfer.ts'
import { parseRouter } from './parse-router.ts'

const engine = defaultEngine()
const random = { routing: 'random', seed: 1 } as const

test('flags make a fleet, and go before what the description says', () => {
  expect(withFleet(engine, {})).toBe(engine)
  const four = withFleet(engine, { workers: 4 })
  expect(four.fleet).toEqual({ workers: 4, router: { routing: 'round-robin' } })
  const drawn = withFleet(four, { router: random })
  expect(drawn.fleet).toEqual({ workers: 4, router: random })
  expect(withFleet(drawn, { workers: 2 }).fleet).toEqual({ workers: 2, router: random })
})

test('one engine without a router is that engine', () => {
  expect(withFleet(withFleet(engine, { workers: 4 }), { workers: 1 })).toEqual(engine)
  expect(withFleet(engine, { workers: 1, router: random }).fleet).toEqual({ workers: 1, router: random })
})

test('a router without engines to choose among is refused', () => {
  expect(() => withFleet(engine, { router: random })).toThrow(/--router chooses among several.*--workers 2/)
})

test('workers of two kinds, each with its router; one by caches is staged as Dynamo stages it', () => {
  const kv = parseRouter('kv:seed=7')
  const { fleet } = withFleet(engine, { prefillWorkers: 2, decodeWorkers: 3, router: kv })
  expect(fleet).toMatchObject({
    ...{ prefillWorkers: 2, decodeWorkers: 3 },
    prefillRouter: { routing: 'kv', seed: 7, overlapScoreCredit: 1, trackActiveBlocks: false },
    decodeRouter: { routing: 'kv', overlapScoreCredit: 0, trackPrefillTokens: false, assumeKvReuse: false },
    transfer: { gbPerS: 64 },
  })
  const slow = withFleet({ ...engine, fleet: fleet! }, { kvTransfer: parseKvTransfer('gb-per-s=5,latency-ms=2') })
  expect(slow.fleet).toMatchObject({ prefillWorkers: 2, transfer: { gbPerS: 5, latencyMs: 2 } })
  const drawn = withFleet(engine, { prefillWorkers: 1, decodeWorkers: 2, router: kv, decodeRouter: random })
  expect(drawn.fleet).toMatchObject({ decodeRouter: random })
  expect(withFleet({ ...engine, fleet: fleet! }, { workers: 4 }).fleet).toEqual({
    workers: 4,
    router: { routing: 'round-robin' },
  })
})

test('engines that decode stay what they are, take ranks as the others do, and go with the fleet', () => {
  const { scheduler, stepTime } = engine
  const fleet = withFleet(engine, { prefillWorkers: 1, decodeWorkers: 1 }).fleet!
  const apart = { ...engine, fleet, decodeEngine: { scheduler, stepTime, dataParallelSize: 8 } }
  expect(withFleet(apart, { prefillWorkers: 2 }).decodeEngine).toEqual(apart.decodeEngine)
  expect(withFleet(apart, { dataParallelSize: 2 })).toMatchObject({
    dataParallelSize: 2,
    decodeEngine: { dataParallelSize: 2 },
  })
  expect(withFleet(apart, { workers: 4 }).decodeEngine).toBeUndefined()
})

test.each([
  [{ prefillWorkers: 1 }, /--prefill-workers needs.*add --decode-workers 1$/],
  [{ decodeWorkers: 1 }, /--decode-workers needs.*add --prefill-workers 1$/],
  [{ decodeRouter: random }, /add --prefill-workers 1 --decode-workers 1|add --decode-workers 1 --prefill-workers 1/],
  [{ workers: 2, prefillWorkers: 1, decodeWorkers: 1 }, /leave one of them out/],
] as const)('%j is refused', (options, message) => {
  expect(() => withFleet(engine, options)).toThrow(message)
})

test('how KV is sent is refused by its key', () => {
  expect(() => parseKvTransfer('gbps=5')).toThrow(/No setting of --kv-transfer is called 'gbps'/)
  expect(() => parseKvTransfer('gb-per-s=-5')).toThrow(/gb-per-s: /)
})

test('ranks are of the engine itself, and of each of several', () => {
  expect(withFleet(engine, { dataParallelSize: 4 })).toEqual({ ...engine, dataParallelSize: 4 })
  expect(withFleet(engine, { dataParallelSize: 4, workers: 2 })).toMatchObject({
    dataParallelSize: 4,
    fleet: { workers: 2 },
  })
})
