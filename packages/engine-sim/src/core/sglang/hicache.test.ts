import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Call, drive, requestOf, tinyEngine } from '../engine.fixture.ts'
import type { EngineOptions } from '../engine.ts'
import type { SglangSchedulerConfig } from '../engine-config.ts'
import { makeEngine } from '../engines/make-engine.ts'
import type { HiCache } from '../offload/hicache-config.ts'
import { tinySglang } from './sglang.fixture.ts'

/** Pages of 4 tokens, which take the link a millisecond each, after one of 2 ms. */
const hicache: HiCache = {
  hostPages: 40,
  tokenBytes: 250_000,
  leastLoadTokens: 8,
  host: { gbPerS: 1, latencyMs: 2 },
}

function run(calls: readonly Call[], changes: Partial<SglangSchedulerConfig>, options: EngineOptions = {}) {
  const scheduler = tinySglang({ numBlocks: 6, blockSize: 4, maxModelLen: 16, ...changes })
  return drive((listener, given) => makeEngine({ ...tinyEngine(), scheduler }, listener, given), calls, options)
}

/** xy, which pqr pushes out of the device, and xy again. */
const again = (outputTokens = 1): Call[] => [
  { atMs: 0, submit: requestOf('a', 9, outputTokens, 'xy') },
  { atMs: 100, submit: requestOf('b', 13, 1, 'pqr') },
  { atMs: 200, submit: requestOf('c', 9, 1, 'xy') },
]

// A step takes 10 ms, and 1 ms for each token of a prompt.
test('what the host has of a prompt is loaded while the rest is computed', () => {
  const without = run(again(), {})
  expect([without.heard.at(-1), without.counts.hostTier]).toEqual(['219 c end', undefined])
  const { heard, ends, counts } = run(again(), { hicache })
  expect(heard.at(-1)).toBe('211 c end')
  expect(JSON.parse(ends.get('c')!)).toMatchObject({ cachedTokens: 8, hostTokens: 8, scheduledMs: 200, atMs: 211 })
  expect(counts).toMatchObject({ hitTokens: 0, hostHitTokens: 8, queriedTokens: 31, recomputedTokens: 0 })
  // xy of a and c, and pqr.
  const hostTier = { usedPages: 5, totalPages: 40 }
  expect(counts).toMatchObject({ cachedPromptTokens: 8, externalPromptTokens: 8, usedBlocks: 0, hostTier })
})

test('a step does not end before what it reads has come', () => {
  const slow = { ...hicache, host: { gbPerS: 0.1, latencyMs: 2 } }
  expect(run(again(), { hicache: slow }).heard.at(-1)).toBe('222 c end')
})

// unified_radix_cache.py: load_back_threshold
test('less than the least to load is computed again', () => {
  const { heard, counts } = run(again(), { hicache: { ...hicache, leastLoadTokens: undefined } })
  expect([heard.at(-1), counts.hostHitTokens, counts.recomputedTokens]).toEqual(['219 c end', 0, 8])
})

// unified_radix_cache.py: write_backup locks what it copies
test('a request waits for memory that is being copied, and begins when it has been', () => {
  const slow = { ...hicache, host: { gbPerS: 0.01, latencyMs: 2 } }
  // From the end of a at 19 on, two pages of 100 ms.
  expect(run(again().slice(0, 2), { hicache: slow }).heard.at(-1)).toBe(`${221 + 10 + 13} b end`)
})

// unified_radix_cache.py: write_through_threshold; unified_tree_core.py: a request counts once for each node that it puts there
test('written selectively, only what was put there by so many requests is found', () => {
  const selective: HiCache = { ...hicache, writePolicy: 'write_through_selective' }
  const found = (requests: number, changes: Partial<HiCache> = {}) => {
    const same = Array.from({ length: requests }, (_, at) => ({
      atMs: 30 * at,
      submit: requestOf(`a${at}`, 9, 2, 'xy'),
    }))
    const calls = [...same, ...again().slice(1)]
    return run(calls, { hicache: { ...selective, ...changes } }).counts.hostHitTokens
  }
  expect([found(1), found(2), found(2, { hitsToWrite: 3 }), found(1, { hitsToWrite: 1 })]).toEqual([0, 8, 0, 8])
})

test('written back, the step for which memory is made begins when it has been copied', () => {
  const { heard, counts } = run(again(), { hicache: { ...hicache, writePolicy: 'write_back' } })
  expect(heard.filter((line) => line.endsWith('end'))).toEqual(['19 a end', '127 b end', expect.any(String)])
  expect(counts.hostHitTokens).toBe(8)
  // To make room for c, two of its own pages and one more, b is copied, three pages: then xy is loaded.
  expect(heard.at(-1)).toBe('216 c end')
})

test('written back, what is loaded comes after what was copied for it', () => {
  const slow: HiCache = { ...hicache, writePolicy: 'write_back', host: { gbPerS: 0.1, latencyMs: 2 } }
  // b is copied until 200 + 2 + 30, xy is there 2 + 20 later.
  expect(run(again(), { hicache: slow }).heard.at(-1)).toBe('254 c end')
})

// schedule_policy.py: add_one_req
test('what the host has does not count against the input budget, unless it cannot be loaded', () => {
  const calls: Call[] = [
    ...[again()[0]!, { atMs: 100, submit: requestOf('b', 21, 1, 'pqrst') }],
    ...[
      { atMs: 200, submit: requestOf('d', 5, 1) },
      { atMs: 200, submit: requestOf('c', 9, 1, 'xy') },
    ],
  ]
  const changes = { numBlocks: 8, maxModelLen: 24, chunkedPrefillSize: 0, maxPrefillTokens: 14 }
  const ends = (leastLoadTokens: number) =>
    run(calls, { ...changes, hicache: { ...hicache, leastLoadTokens } })
      .heard.filter((line) => line.endsWith('end'))
      .slice(-2)
  // d comes first: the engine is idle at 200, so both are seen at once.
  expect(ends(8)).toEqual(['216 d end', '216 c end'])
  expect(ends(100)).toEqual(['215 d end', '234 c end'])
})

// schedule_batch.py: host_hit_length is of the last match
test('what was loaded for a request that then found no budget is on the device when it is looked up again', () => {
  const calls: Call[] = [
    ...[again()[0]!, { atMs: 100, submit: requestOf('b', 21, 1, 'pqrst') }],
    ...[
      { atMs: 200, submit: requestOf('d', 5, 1) },
      { atMs: 200, submit: requestOf('c', 9, 1, 'xy') },
    ],
  ]
  const { counts } = run(calls, { numBlocks: 8, maxModelLen: 24, chunkedPrefillSize: 10, hicache })
  expect(counts).toMatchObject({ hitTokens: 8, hostHitTokens: 0, externalPromptTokens: 0 })
})

// schedule_policy.py: num_matched_prefix_tokens counts what the host has
test('the longest prefix is the one that device and host have together', () => {
  const calls = [
    ...again().slice(0, 2),
    { atMs: 200, submit: requestOf('d', 5, 1) },
    { atMs: 200, submit: requestOf('c', 9, 1, 'xy') },
  ]
  const changes = { schedulePolicy: 'lpm', maxRunningRequests: 1 } as const
  const order = ({ heard }: ReturnType<typeof run>) => heard.slice(-4).map((line) => line.split(' ')[1])
  expect(order(run(calls, changes))).toEqual(['d', 'd', 'c', 'c'])
  expect(order(run(calls, { ...changes, hicache }))).toEqual(['c', 'c', 'd', 'd'])
})

test('refuses a host behind no cache', () => {
  expect(() => run([], { hicache, enablePrefixCaching: false })).toThrow(
    /scheduler\.hicache .*enablePrefixCaching true/,
  )
})

test('whatever is asked: all end, nothing is kept, and what was found is no more than was asked for', () => {
  const prompt = fc.record({
    atMs: fc.integer({ min: 0, max: 300 }),
    contents: fc.string({ unit: fc.constantFrom('x', 'y'), minLength: 1, maxLength: 9 }),
    outputTokens: fc.integer({ min: 1, max: 9 }),
  })
  const setting = fc.record({
    writePolicy: fc.constantFrom('write_through' as const, 'write_through_selective' as const, 'write_back' as const),
    hostPages: fc.integer({ min: 1, max: 40 }),
    gbPerS: fc.constantFrom(0.005, 0.1, 10),
    chunkedPrefillSize: fc.constantFrom(0, 8, 24),
    enableOverlap: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(prompt, { minLength: 1, maxLength: 25 }), setting, (prompts, chosen) => {
      const { writePolicy, hostPages, gbPerS, ...changes } = chosen
      const calls = prompts.map(({ atMs, contents, outputTokens }, at) => ({
        atMs,
        submit: requestOf(`r${at}`, contents.length * 4 + 1, outputTokens, contents),
      }))
      const tier = { ...hicache, writePolicy, hostPages, leastLoadTokens: 1, host: { gbPerS } }
      const driven = run(calls, { ...changes, numBlocks: 15, maxModelLen: 50, hicache: tier })
      const { counts } = driven
      expect(counts).toMatchObject({ finishedRequests: prompts.length, usedBlocks: 0, freeBlocks: 15, running: 0 })
      expect(counts.hitTokens + counts.hostHitTokens).toBeLessThanOrEqual(counts.queriedTokens)
      expect(counts.externalPromptTokens).toBe(counts.hostHitTokens)
      const ahead = run(calls, { ...changes, numBlocks: 15, maxModelLen: 50, hicache: tier }, { fastForward: true })
      expect(ahead.ends).toEqual(driven.ends)
    }),
    { numRuns: 150 },
  )
})
