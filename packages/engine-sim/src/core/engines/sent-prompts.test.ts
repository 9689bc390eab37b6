import fc from 'fast-check'
import { expect, test } from 'vitest'
import { engineContract } from '../engine.contract.ts'
import { drive, requestOf, tinyEngine, tokensOf } from '../engine.fixture.ts'
import type { EngineConfig, SglangSchedulerConfig } from '../engine-config.ts'
import { DisaggregatedConfig } from '../fleet-config.ts'
import { tinySglang } from '../sglang/sglang.fixture.ts'
import { makeEngine } from './make-engine.ts'

const leastLoaded = { routing: 'least-loaded' } as const

/** A step takes 10 ms, and 1 ms for each prompt token; a token takes a millisecond on the way, after 2. */
function fleetWith(changes: object = {}, scheduler: Partial<SglangSchedulerConfig> = {}): EngineConfig {
  const fleet = DisaggregatedConfig.parse({
    ...{ prefillWorkers: 1, prefillRouter: leastLoaded, decodeWorkers: 1, decodeRouter: leastLoaded },
    transfer: { bytesPerToken: 1e6, gbPerS: 1, latencyMs: 2 },
    ...changes,
  })
  const tiny = { numBlocks: 60, blockSize: 4, maxModelLen: 84, numReservedDecodeTokens: 8 }
  return { ...tinyEngine(), scheduler: tinySglang({ ...tiny, ...scheduler }), fleet }
}

const tight = { numBlocks: 26, maxRunningRequests: 5, chunkedPrefillSize: 40 }
const radix = { disaggregationDecodeEnableRadixCache: true }
for (const [name, changes, scheduler] of [
  ['one of each', {}, {}],
  ['one of each, a step ahead', {}, { enableOverlap: true }],
  ['two and three by what they hold', kvOf(2, 3), {}],
  ['two and two, prefixes kept on both sides, a step ahead', kvOf(2, 2), { ...radix, enableOverlap: true }],
  ['drafts', {}, { speculation: { numSpeculativeTokens: 2, syntheticAcceptanceLength: 2 }, numBlocks: 30 }],
] as const)
  engineContract(`SGLang, prefill and decode apart: ${name}`, {
    make: (listener, options) => makeEngine(fleetWith(changes, { ...tight, ...scheduler }), listener, options),
    blockSize: 4,
    maxModelLen: 84,
    mostPerStep: 'speculation' in scheduler ? 3 : 1,
    findsWhole: 'disaggregationDecodeEnableRadixCache' in scheduler,
  })

engineContract('SGLang, prefill and decode apart, each of two ranks', {
  make: (listener, options) =>
    makeEngine({ ...fleetWith({}, { ...tight, enableOverlap: true }), dataParallelSize: 2 }, listener, options),
  blockSize: 4,
  maxModelLen: 84,
})

function kvOf(prefillWorkers: number, decodeWorkers: number) {
  const kv = { routing: 'kv' }
  return { prefillWorkers, decodeWorkers, prefillRouter: kv, decodeRouter: { ...kv, overlapScoreCredit: 0 } }
}

const driven = (config: EngineConfig, calls: Parameters<typeof drive>[1]) =>
  drive((listener) => makeEngine(config, listener), calls)
const at = (atMs: number, submit: ReturnType<typeof requestOf>) => ({ atMs, submit })

test('by hand: the first token is that of the prefill, and comes with the last of the prompt', () => {
  const { heard, ends, counts } = driven(fleetWith(), [at(0, requestOf('a', 9, 3, 'xy'))])
  // 10 + 9 ms of prefill, 2 + 9 ms on the way, and no step; then 10 ms each.
  expect(heard).toEqual(['30 a 1', '40 a 1', '50 a 1', '50 a end'])
  expect(JSON.parse(ends.get('a')!)).toMatchObject({
    ...{ queuedMs: 0, scheduledMs: 0, firstTokenMs: 30, cachedTokens: 0 },
    transfer: { bytes: 9e6, blocksWaitMs: 0, transferMs: 11 },
  })
  expect(counts).toMatchObject({ promptTokens: 9, generatedTokens: 3, finishedRequests: 1, usedBlocks: 0 })
  expect(counts.transfers).toEqual({ count: 1, bytes: 9e6, sparedTokens: 0, blocksWaitMs: 0, transferMs: 11 })
})

test('a request of one token ends with its prompt: nothing is computed where it is decoded', () => {
  const { heard, counts } = driven(fleetWith(), [at(0, requestOf('a', 9, 1))])
  expect(heard).toEqual(['30 a 1', '30 a end'])
  expect([counts.steps, counts.generatedTokens, counts.usedBlocks]).toEqual([1, 1, 0])
})

// Source: `maybe_send_cached_prefix_chunk`, and `process_batch_result_disagg_prefill` for a chunk that is not the last.
test('chunks go out while the next is computed, whole pages of them, and what is cached before anything is', () => {
  const cut = { chunkedPrefillSize: 8 }
  const { heard, counts } = driven(fleetWith({}, cut), [
    at(0, requestOf('a', 19, 1, 'xy')),
    at(200, requestOf('b', 19, 1, 'xy')),
  ])
  // a: chunks of 8, 8 and 3 end at 18, 36 and 49. The first two are on the way to 28 and 46, the last to 54.
  // b: 8 tokens are cached and on the way from 200 to 210; 8 more from 218 to 228, the last from 231 to 236.
  expect(heard).toEqual(['54 a 1', '54 a end', '236 b 1', '236 b end'])
  expect(counts.transfers).toEqual({ count: 2, bytes: 38e6, sparedTokens: 0, blocksWaitMs: 0, transferMs: 10 })
  // Nothing is cut and nothing cached: all of it is sent behind its prefill.
  expect(driven(fleetWith(), [at(0, requestOf('a', 19, 1))]).heard[0]).toBe('50 a 1')
})

// Source: `add_transfer_request` of `mooncake/conn.py`.
test('what goes to the same engine goes one prompt after the other; to two engines both go at once and share the link', () => {
  const two = ['a', 'b'].map((id) => at(0, requestOf(id, 9, 1)))
  const first = (changes: object) => driven(fleetWith(changes), two).heard.filter((line) => !line.endsWith('end'))
  // Both prefilled by 28: a is there after 2 + 9, b after as much again; or both after 2 + 18.
  expect(first({})).toEqual(['39 a 1', '50 b 1'])
  expect(first({ decodeWorkers: 2 })).toEqual(['48 a 1', '48 b 1'])
})

// Source: `PrefillBootstrapQueue`; `_allocatable_token_budgets` of the decode side.
test('a prompt is not computed before there is room for it where it is decoded', () => {
  // 12 pages: a takes 9 of them and 8 tokens are reserved for it, so that b, with 3 and 8 more, waits for its end.
  const { heard, ends, counts } = driven(fleetWith({}, { numBlocks: 12, maxModelLen: 40 }), [
    at(0, requestOf('a', 33, 3)),
    at(20, requestOf('b', 9, 1)),
  ])
  expect(heard).toEqual(['78 a 1', '88 a 1', '98 a 1', '98 a end', '128 b 1', '128 b end'])
  expect(JSON.parse(ends.get('b')!)).toMatchObject({ queuedMs: 20, scheduledMs: 98, firstTokenMs: 128 })
  expect(counts.transfers).toMatchObject({ blocksWaitMs: 78, transferMs: 46 })
})

// Source: `process_disagg_prefill_inflight_queue`.
test('where it was computed a prompt is held, with its row, until it has gone; what the cache has of it stays', () => {
  const config = fleetWith({ decodeWorkers: 2 }, { maxRunningRequests: 1 })
  const { heard, counts } = driven(config, [at(0, requestOf('a', 9, 1, 'xy')), at(0, requestOf('b', 13, 1, 'xyz'))])
  // b finds 8 tokens cached: 30 + 10 + 5; what was cached went out before, so that 5 tokens are on the way from then on.
  expect(heard).toEqual(['30 a 1', '30 a end', '52 b 1', '52 b end'])
  expect(counts).toMatchObject({ hitTokens: 8, usedBlocks: 0, cachedBlocks: 3 })
})

// Source: `disaggregation_decode_enable_radix_cache`, and `cached_tokens` of `prepare_for_prebuilt`.
test('what an engine that decodes keeps is not sent again, where it keeps anything', () => {
  const calls = [at(0, requestOf('a', 9, 1, 'xy')), at(100, requestOf('b', 13, 1, 'xyz'))]
  const [plain, kept] = [driven(fleetWith(), calls), driven(fleetWith({}, radix), calls)]
  expect(plain.counts.transfers).toMatchObject({ bytes: 22e6, sparedTokens: 0 })
  expect(kept.counts.transfers).toMatchObject({ bytes: 14e6, sparedTokens: 8 })
  // 10 + 5, and 2 + 5 on the way: 8 tokens from the start of the prefill on, which are there at 110, or none.
  expect([plain.heard[2], kept.heard[2]]).toEqual(['122 b 1', '122 b 1'])
  const otherPrefill = fleetWith({ prefillWorkers: 2, prefillRouter: { routing: 'round-robin' } }, radix)
  const { heard, ends } = driven(otherPrefill, calls)
  // Computed anew where it was not found: 10 + 13 ms, and the last 5 go.
  expect([heard[2], JSON.parse(ends.get('b')!).cachedTokens]).toEqual(['130 b 1', 8])
})

test('an abort on the way leaves nothing behind on either side', () => {
  for (const abortMs of [0, 5, 19, 20, 25, 30, 35]) {
    const { heard, counts } = driven(fleetWith(), [
      at(0, requestOf('a', 9, 3)),
      { atMs: abortMs, abort: 'a' },
      at(200, requestOf('b', 9, 1)),
    ])
    expect(heard.slice(-2)).toEqual(['230 b 1', '230 b end'])
    expect([abortMs, counts]).toMatchObject([abortMs, { usedBlocks: 0, running: 0, waiting: 0, finishedRequests: 1 }])
  }
})

test.each([
  // r3 ends with its first token beside others; r1 comes back a step after r0 has ended, which counts until then.
  [
    'one that comes back',
    false,
    [
      [0, '', 1, 39],
      [0, 'yxy', 2, 29],
      [0, '', 1, 41],
      [0, '', 1, 1],
    ],
  ],
  // The last step of r0 is under way when r1 joins: as many as run, and others.
  [
    'one that joins',
    true,
    [
      [0, '', 1, 4],
      [1, '', 1, 6],
    ],
  ],
] as const)('steps that are taken at once end where single ones do: %s', (_, enableOverlap, list) => {
  const calls = list.map(([atMs, contents, more, tokens], index) =>
    at(atMs, requestOf(`r${index}`, contents.length * 4 + more, tokens, contents)),
  )
  const [single, fast] = [false, true].map((fastForward) =>
    drive((listener, options) => makeEngine(fleetWith({}, { ...tight, enableOverlap }), listener, options), calls, {
      fastForward,
    }),
  )
  expect([fast!.ends, fast!.counts]).toEqual([single!.ends, single!.counts])
})

test('a context for which a worker that decodes could never find room is refused', () => {
  const scheduler = { numBlocks: 24, numReservedDecodeTokens: 16 }
  expect(() => driven(fleetWith({}, scheduler), [])).toThrow(
    /numReservedDecodeTokens: .* are 25 pages of 4, and numBlocks is 24; write numBlocks of at least 25/,
  )
  const decodeEngine = {
    stepTime: tinyEngine().stepTime,
    scheduler: tinySglang({ blockSize: 4, maxModelLen: 84, numBlocks: 25, numReservedDecodeTokens: 16 }),
  }
  expect(driven({ ...fleetWith({}, scheduler), decodeEngine }, [at(0, requestOf('a', 9, 1))]).heard).toHaveLength(2)
})

const arrival = fc.record({
  atMs: fc.integer({ min: 0, max: 300 }),
  contents: fc.stringMatching(/^[xy]{0,9}$/),
  more: fc.integer({ min: 1, max: 4 }),
  outputTokens: fc.integer({ min: 1, max: 40 }),
})
const callsOf = (list: readonly (typeof arrival extends fc.Arbitrary<infer A> ? A : never)[]) =>
  list.map(({ atMs, contents, more, outputTokens }, index) =>
    at(atMs, requestOf(`r${index}`, contents.length * 4 + more, outputTokens, contents)),
  )

test('nothing is lost on the way: sent or spared is every prompt, once', () => {
  const overlap = fc.record({ enableOverlap: fc.boolean(), disaggregationDecodeEnableRadixCache: fc.boolean() })
  fc.assert(
    fc.property(fc.array(arrival, { minLength: 1, maxLength: 12 }), fc.nat(2), overlap, (list, mostAtOnce, changes) => {
      const calls = callsOf(list)
      const transfer = { bytesPerToken: 3e6, gbPerS: 1, latencyMs: 1, mostAtOnce }
      const { ends, counts } = driven(fleetWith({ ...kvOf(2, 2), transfer }, { ...tight, ...changes }), calls)
      const promptTokens = calls.reduce((sum, { submit }) => sum + submit.promptTokens, 0)
      const { count, bytes, sparedTokens } = counts.transfers!
      expect([ends.size, count, bytes / 3e6 + sparedTokens]).toEqual([list.length, list.length, promptTokens])
      expect([counts.usedBlocks, counts.freeBlocks]).toEqual([0, counts.totalBlocks])
    }),
    { numRuns: 60, seed: 1 },
  )
})

test('one of each, with a link that takes no time, gives the output of a single engine; of requests that never meet, at the same instants', () => {
  const ample = { numBlocks: 400, maxRunningRequests: 40 }
  const transfer = { bytesPerToken: 1, gbPerS: 0, latencyMs: 0 }
  fc.assert(
    fc.property(fc.array(arrival, { minLength: 1, maxLength: 12 }), fc.boolean(), (list, enableOverlap) => {
      const config = fleetWith({ transfer }, { ...ample, enableOverlap })
      const { fleet: _, ...one } = config
      const calls = callsOf(list)
      const [apart, whole] = [driven(config, calls), driven(one, calls)]
      for (const { submit } of calls) expect(tokensOf(apart.heard, submit.id)).toBe(tokensOf(whole.heard, submit.id))
      const lone = calls.map((call, index) => ({ ...call, atMs: index * 5000 }))
      expect(driven(config, lone).heard).toEqual(driven(one, lone).heard)
    }),
    { numRuns: 60, seed: 1 },
  )
})
