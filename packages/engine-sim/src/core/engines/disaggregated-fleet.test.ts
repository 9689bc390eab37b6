import fc from 'fast-check'
import { expect, test } from 'vitest'
import { defaultTrtllmScheduler } from '../default-engine.ts'
import { engineContract } from '../engine.contract.ts'
import { drive, requestOf, tinyEngine } from '../engine.fixture.ts'
import type { SchedulerConfig } from '../engine-config.ts'
import { DisaggregatedConfig } from '../fleet-config.ts'
import { makeEngine } from './make-engine.ts'

const leastLoaded = { routing: 'least-loaded' } as const

function fleetWith(changes: object = {}, scheduler: Partial<SchedulerConfig> = {}) {
  const fleet = DisaggregatedConfig.parse({
    ...{ prefillWorkers: 1, prefillRouter: leastLoaded, decodeWorkers: 1, decodeRouter: leastLoaded },
    // A token takes a millisecond.
    transfer: { bytesPerToken: 1e6, gbPerS: 1, latencyMs: 2 },
    ...changes,
  })
  return { ...tinyEngine(scheduler), fleet }
}

const tight = { numBlocks: 26, maxModelLen: 84, maxNumSeqs: 5, maxNumBatchedTokens: 40 }
for (const [name, changes] of [
  ['one of each', {}],
  ['two and three by what they hold', kvOf(2, 3)],
] as const)
  engineContract(`prefill and decode apart: ${name}`, {
    make: (listener, options) => makeEngine(fleetWith(changes, tight), listener, options),
    blockSize: 4,
    maxModelLen: 84,
  })

function kvOf(prefillWorkers: number, decodeWorkers: number) {
  const kv = { routing: 'kv' }
  return { prefillWorkers, decodeWorkers, prefillRouter: kv, decodeRouter: { ...kv, overlapScoreCredit: 0 } }
}

test('by hand: the first token comes after prefill, latency, transfer and a step that computes the last token', () => {
  const { heard, ends, counts } = drive(
    (listener) => makeEngine(fleetWith(), listener),
    [{ atMs: 0, submit: requestOf('a', 9, 3, 'xy') }],
  )
  // 10 + 9 ms of prefill, 2 + 9 ms on the way, 10 ms a step.
  expect(heard).toEqual(['40 a 1', '50 a 1', '60 a 1', '60 a end'])
  expect(JSON.parse(ends.get('a')!)).toMatchObject({ queuedMs: 0, scheduledMs: 0, firstTokenMs: 40, cachedTokens: 0 })
  expect(counts).toMatchObject({ promptTokens: 9, generatedTokens: 3, finishedRequests: 1, usedBlocks: 0 })
  expect(counts.transfers).toEqual({ count: 1, bytes: 9e6, sparedTokens: 0, blocksWaitMs: 0, transferMs: 11 })
})

test('by hand: those that decode may be other engines, with steps and limits of their own', () => {
  const { scheduler } = tinyEngine()
  const slow = { ...tinyEngine().stepTime, baseMs: 25 }
  const config = { ...fleetWith(), decodeEngine: { scheduler: { ...scheduler, maxNumSeqs: 1 }, stepTime: slow } }
  const { heard } = drive(
    (listener) => makeEngine(config, listener),
    ['a', 'b'].map((id) => ({ atMs: 0, submit: requestOf(id, 9, 2) })),
  )
  // Both prompts in one step of 10 + 18 ms, sharing the link for 18 ms after 2; then 25 ms a step, and one request at a time.
  expect(heard).toEqual(['73 a 1', '98 a 1', '98 a end', '123 b 1', '148 b 1', '148 b end'])
})

test('a request that comes while the fleet was not called for a while finds it as it would be', () => {
  const calls = [
    { atMs: 0, submit: requestOf('a', 17, 1, 'xxyy') },
    { atMs: 0, submit: requestOf('b', 1, 2) },
    { atMs: 28, submit: requestOf('c', 1, 1) },
  ]
  const late = (lateMs: number) =>
    drive((listener) => makeEngine(fleetWith(kvOf(2, 3), tight), listener), calls, { lateMs })
  expect(late(28).heard).toEqual(late(0).heard)
})

test('what the cache of the one that decodes has is not sent; hits are those of prefill', () => {
  const { heard, ends, counts } = drive(
    (listener) => makeEngine(fleetWith(), listener),
    [
      { atMs: 0, submit: requestOf('a', 9, 1, 'xy') },
      { atMs: 100, submit: requestOf('b', 13, 1, 'xyz') },
    ],
  )
  // b: 8 of 13 tokens are cached on either side: 10 + 5, 2 + 5, 10.
  expect(heard).toEqual(['40 a 1', '40 a end', '132 b 1', '132 b end'])
  expect(JSON.parse(ends.get('b')!)).toMatchObject({ cachedTokens: 8 })
  expect(counts).toMatchObject({ hitTokens: 8, queriedTokens: 22 })
  expect(counts.transfers).toMatchObject({ count: 2, bytes: 14e6, sparedTokens: 8 })
})

test('two prompts that go at once share the link, and a limit has one wait for the other', () => {
  const two = ['a', 'b'].map((id) => ({ atMs: 0, submit: requestOf(id, 9, 1) }))
  const at = (transfer: object) =>
    drive(
      (listener) =>
        makeEngine(fleetWith({ transfer: { bytesPerToken: 1e6, gbPerS: 1, latencyMs: 2, ...transfer } }), listener),
      two,
    ).heard.filter((line) => !line.endsWith('end'))
  // Both prefilled in one step of 10 + 18 ms; 18 ms for 18 tokens, together.
  expect(at({})).toEqual(['58 a 1', '58 b 1'])
  // One after the other, with a latency each: 39 and 50; b's step follows a's.
  expect(at({ mostAtOnce: 1 })).toEqual(['49 a 1', '60 b 1'])
})

test('a prompt waits where it was computed until there are blocks for it where it is decoded', () => {
  // 12 blocks: a takes 9 of them at its end, and b wants 4.
  const { heard, counts } = drive(
    (listener) =>
      makeEngine(
        fleetWith({ transfer: { bytesPerToken: 1, gbPerS: 0, latencyMs: 0 } }, { numBlocks: 13, maxModelLen: 48 }),
        listener,
      ),
    [
      { atMs: 0, submit: requestOf('a', 33, 4) },
      { atMs: 50, submit: requestOf('b', 15, 1) },
    ],
  )
  // a: prefill to 43, then steps to 83. b: prefill to 75, blocks at 83, and a step.
  expect(heard).toEqual(['53 a 1', '63 a 1', '73 a 1', '83 a 1', '83 a end', '93 b 1', '93 b end'])
  expect(counts.transfers).toMatchObject({ count: 2, blocksWaitMs: 8, transferMs: 0 })
})

test('an abort on the way leaves nothing behind on either side', () => {
  for (const abortMs of [5, 19, 20, 25, 30, 35, 45]) {
    const { heard, counts } = drive(
      (listener) => makeEngine(fleetWith(), listener),
      [
        { atMs: 0, submit: requestOf('a', 9, 3) },
        { atMs: abortMs, abort: 'a' },
        { atMs: 200, submit: requestOf('b', 9, 1) },
      ],
    )
    expect(heard.slice(-2)).toEqual(['240 b 1', '240 b end'])
    expect([abortMs, counts]).toMatchObject([abortMs, { usedBlocks: 0, running: 0, waiting: 0, finishedRequests: 1 }])
  }
})

test('nothing is lost on the way: all that is missing is sent once, and sent or spared is every prompt', () => {
  const arrival = fc.record({
    atMs: fc.double({ min: 0, max: 300, noNaN: true }),
    contents: fc.stringMatching(/^[xy]{0,9}$/),
    more: fc.integer({ min: 1, max: 4 }),
    outputTokens: fc.integer({ min: 1, max: 40 }),
  })
  fc.assert(
    fc.property(fc.array(arrival, { minLength: 1, maxLength: 12 }), fc.nat(2), (list, mostAtOnce) => {
      const calls = list.map(({ atMs, contents, more, outputTokens }, at) => ({
        atMs,
        submit: requestOf(`r${at}`, contents.length * 4 + more, outputTokens, contents),
      }))
      const transfer = { bytesPerToken: 3e6, gbPerS: 1, latencyMs: 1, mostAtOnce }
      const config = fleetWith({ ...kvOf(2, 2), transfer }, tight)
      const { ends, counts } = drive((listener) => makeEngine(config, listener), calls)
      const promptTokens = calls.reduce((sum, { submit }) => sum + submit.promptTokens, 0)
      const { count, bytes, sparedTokens } = counts.transfers!
      expect([ends.size, count, bytes / 3e6 + sparedTokens]).toEqual([list.length, list.length, promptTokens])
      expect([counts.usedBlocks, counts.freeBlocks]).toEqual([0, counts.totalBlocks])
      // Hits are never more than a cache without an end would have.
      expect(counts.hitTokens).toBeLessThanOrEqual(endlessHits(calls.map(({ submit }) => submit)))
    }),
    { numRuns: 60, seed: 1 },
  )
})

/** Most prompt tokens that can be found, whatever the order: of each content all but its first request, and never a whole prompt. */
function endlessHits(requests: readonly { promptTokens: number; blockKeys: Float64Array }[]): number {
  const uses = new Map<number, number>()
  for (const { blockKeys, promptTokens } of requests)
    for (const key of blockKeys.subarray(0, Math.floor((promptTokens - 1) / 4))) uses.set(key, (uses.get(key) ?? 0) + 1)
  return [...uses.values()].reduce((sum, count) => sum + (count - 1) * 4, 0)
}

test('steps that are scheduled ahead, and TensorRT-LLM, are refused: how they hand prompts over is not modelled', () => {
  const listener = { tokens() {}, finished() {} }
  expect(() => makeEngine(fleetWith({}, { asyncScheduling: true }), listener)).toThrow(
    /leave scheduler\.asyncScheduling out/,
  )
  expect(() => makeEngine({ ...fleetWith(), scheduler: defaultTrtllmScheduler() }, listener)).toThrow(
    /TensorRT-LLM hands prompts over/,
  )
})
