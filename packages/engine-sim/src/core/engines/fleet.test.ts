import fc from 'fast-check'
import { expect, test } from 'vitest'
import { engineContract } from '../engine.contract.ts'
import { drive, listenerOf, requestOf, tinyEngine } from '../engine.fixture.ts'
import { RouterConfig } from '../fleet-config.ts'
import { Fleet } from './fleet.ts'
import { fleetOf } from './fleet-of.ts'
import { leastLoaded } from './least-loaded.ts'
import { makeEngine } from './make-engine.ts'

const config = tinyEngine({ numBlocks: 26, maxModelLen: 84, maxNumSeqs: 5, maxNumBatchedTokens: 40 }, 3)

engineContract('a fleet of three', {
  make: (listener, options) => fleetOf(3, makeEngine)(config, listener, options),
  blockSize: 4,
  maxModelLen: 84,
})

const kv = RouterConfig.parse({ routing: 'kv' })
engineContract('a fleet of three by what they hold', {
  make: (listener, options) => makeEngine({ ...config, fleet: { workers: 3, router: kv } }, listener, options),
  blockSize: 4,
  maxModelLen: 84,
})

const call = fc.record({
  kind: fc.constantFrom('submit', 'submit', 'advance', 'advance', 'late', 'abort', 'forget'),
  afterMs: fc.double({ min: 0, max: 90, noNaN: true }),
  which: fc.nat(20),
  contents: fc.stringMatching(/^[xy]{0,12}$/),
  more: fc.integer({ min: 1, max: 9 }),
  outputTokens: fc.integer({ min: 1, max: 40 }),
})

test.each([false, true])('a fleet of one is that engine, call by call; fast forward: %s', (fastForward) => {
  const seen = { preemptions: 0, evictedBlocks: 0, hitTokens: 0, finishedRequests: 0 }
  fc.assert(
    fc.property(fc.array(call, { minLength: 60, maxLength: 120 }), (calls) => {
      const heard: [string[], string[]] = [[], []]
      const ends = [new Map<string, string>(), new Map<string, string>()] as const
      const one = makeEngine(config, listenerOf(heard[0], ends[0]), { fastForward })
      const fleet = fleetOf(1, makeEngine)(config, listenerOf(heard[1], ends[1]), { fastForward })
      let nowMs = 0
      for (const [at, { kind, afterMs, which, contents, more, outputTokens }] of calls.entries()) {
        const wakeMs = one.wakeMs ?? nowMs
        nowMs = kind === 'advance' ? Math.max(nowMs, wakeMs) : nowMs + afterMs
        const request = requestOf(`r${at}`, contents.length * 4 + more, outputTokens, contents)
        const [first, second] = [one, fleet].map((engine) => {
          if (kind === 'submit') return engine.submit(request, nowMs)
          if (kind === 'abort') return engine.abort(`r${Math.max(0, at - which)}`, nowMs)
          if (kind === 'forget') return engine.resetPrefixCache()
          return engine.advance(nowMs)
        })
        expect([second, fleet.wakeMs, fleet.counts]).toEqual([first, one.wakeMs, one.counts])
      }
      expect(heard[1]).toEqual(heard[0])
      expect(ends[1]).toEqual(ends[0])
      const { counts } = one
      for (const name of ['preemptions', 'evictedBlocks', 'hitTokens', 'finishedRequests'] as const)
        seen[name] += counts[name]
    }),
    { numRuns: 200, seed: 1 },
  )
  // The calls reach what they are meant to reach.
  for (const count of Object.values(seen)) expect(count, JSON.stringify(seen)).toBeGreaterThan(100)
})

test('round robin gives each engine its turn, and each serves as if it were alone', () => {
  const [one, two] = [requestOf('a', 5, 3), requestOf('b', 9, 2)]
  const calls = [
    { atMs: 0, submit: one },
    { atMs: 0, submit: two },
    { atMs: 4, submit: requestOf('c', 2, 1) },
  ]
  const { heard, counts } = drive((listener, options) => fleetOf(2, makeEngine)(tinyEngine(), listener, options), calls)
  expect(heard).toEqual([
    '15 a 1',
    '19 b 1',
    '27 a 1',
    '27 c 1',
    '27 c end',
    '29 b 1',
    '29 b end',
    '37 a 1',
    '37 a end',
  ])
  expect(counts).toMatchObject({ finishedRequests: 3, generatedTokens: 6, totalBlocks: 200, steps: 5 })
})

test('called late it tells what all engines did in the order of its instants', () => {
  const heard: string[] = []
  const fleet = fleetOf(2, makeEngine)(tinyEngine(), listenerOf(heard))
  fleet.submit(requestOf('a', 5, 3), 0)
  fleet.submit(requestOf('b', 9, 2), 0)
  fleet.advance(1000)
  expect(heard).toEqual(['15 a 1', '19 b 1', '25 a 1', '29 b 1', '29 b end', '35 a 1', '35 a end'])
})

test('an abort reaches the engine that has the request; the cache is forgotten by all or by none', () => {
  const heard: string[] = []
  const fleet = fleetOf(2, makeEngine)(tinyEngine(), listenerOf(heard))
  fleet.submit(requestOf('a', 9, 9, 'xy'), 0)
  fleet.submit(requestOf('b', 9, 1, 'xy'), 0)
  fleet.advance(19)
  expect(fleet.resetPrefixCache()).toBe(false)
  expect(fleet.counts).toMatchObject({ running: 1, cachedBlocks: 4 })
  expect(fleet.abort('a', 20)).toBe(true)
  fleet.advance(29)
  expect(fleet.counts).toMatchObject({ running: 0, usedBlocks: 0 })
  expect(fleet.resetPrefixCache()).toBe(true)
  expect(fleet.counts).toMatchObject({ cachedBlocks: 0, evictedBlocks: 0 })
})

test('a router chooses by the request and by what engines have done', () => {
  const { heard } = drive(
    (listener) => fleetOf(3, makeEngine, leastLoaded)(tinyEngine(), listener),
    ['a', 'b', 'c'].map((id) => ({ atMs: 0, submit: requestOf(id, 5, 1) })),
  )
  // Each alone in its step.
  expect(heard.filter((line) => !line.endsWith('end'))).toEqual(['15 a 1', '15 b 1', '15 c 1'])
})

test('no engine, and an engine that there is not, are refused', () => {
  const listener = listenerOf([])
  expect(() => fleetOf(0, makeEngine)(tinyEngine(), listener)).toThrow(/at least one/)
  const fleet = new Fleet([(told) => makeEngine(tinyEngine(), told)], { choose: () => 1 }, listener)
  expect(() => fleet.submit(requestOf('a', 5, 1), 0)).toThrow(/engine 1 of 1/)
  expect(fleet.wakeMs).toBeUndefined()
  expect(fleet.abort('a', 0)).toBe(false)
})
