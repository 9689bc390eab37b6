import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Call, drive, requestOf, tinyEngine } from '../engine.fixture.ts'
import type { EngineOptions } from '../engine.ts'
import type { EngineConfig, SglangSchedulerConfig } from '../engine-config.ts'
import { makeEngine } from '../engines/make-engine.ts'
import type { HiCache } from '../offload/hicache-config.ts'
import type { HiCacheStorage } from '../offload/hicache-storage-config.ts'
import { tinySglang } from './sglang.fixture.ts'

/** Pages of 4 tokens: to the host and back a millisecond each after 2, to storage and back a millisecond each after 5. */
const storage: HiCacheStorage = { gbPerS: 1, latencyMs: 5, prefetchPolicy: 'wait_complete', prefetchThreshold: 8 }
const hicache: HiCache = {
  hostPages: 5,
  tokenBytes: 250_000,
  leastLoadTokens: 8,
  host: { gbPerS: 1, latencyMs: 2 },
}

function run(
  calls: readonly Call[],
  stored: Partial<HiCacheStorage> | undefined,
  { fleet, ...changes }: Partial<SglangSchedulerConfig> & Pick<EngineConfig, 'fleet'> = {},
  options: EngineOptions = {},
) {
  const tiers = { ...hicache, ...(stored && { storage: { ...storage, ...stored } }) }
  const scheduler = tinySglang({ numBlocks: 6, blockSize: 4, maxModelLen: 16, hicache: tiers, ...changes })
  const engine = { ...tinyEngine(), scheduler, ...(fleet && { fleet }) }
  return drive((listener, given) => makeEngine(engine, listener, given), calls, options)
}

/** xy, which pqr pushes out of the device, and both mno, which the host has room for only without them; then xy again. */
const again: readonly Call[] = [
  { atMs: 0, submit: requestOf('a', 9, 1, 'xy') },
  { atMs: 100, submit: requestOf('b', 13, 1, 'pqr') },
  { atMs: 200, submit: requestOf('d', 13, 1, 'mno') },
  { atMs: 300, submit: requestOf('c', 9, 1, 'xy') },
]

// A step takes 10 ms, and 1 ms for each token of a prompt; unified_radix_cache.py: prefetch_from_storage, check_prefetch_progress
test('what storage has of a prompt is fetched before it is admitted, and loaded while the rest is computed', () => {
  const without = run(again, undefined)
  expect([without.heard.at(-1), without.counts.recomputedTokens]).toEqual(['319 c end', 8])
  const { heard, ends, counts } = run(again, {})
  // Each learns after 5 ms that storage has nothing of it.
  expect(heard.filter((line) => line.endsWith('end')).slice(0, 3)).toEqual(['24 a end', '128 b end', '228 d end'])
  // Asked until 305, read until 312, loaded until 316; the step from 312 on has one token.
  expect(heard.at(-1)).toBe('323 c end')
  expect(JSON.parse(ends.get('c')!)).toMatchObject({ cachedTokens: 8, diskTokens: 8, scheduledMs: 312 })
  expect(JSON.parse(ends.get('c')!)).not.toHaveProperty('hostTokens')
  expect(counts).toMatchObject({ hitTokens: 0, hostHitTokens: 0, diskHitTokens: 8, queriedTokens: 44 })
  expect(counts).toMatchObject({ recomputedTokens: 0, externalPromptTokens: 8, usedBlocks: 0 })
})

// _can_terminate_prefetch, _start_storage_prefetch_wait
test.each<[string, Partial<HiCacheStorage>, string, number]>([
  ['does not wait at all', { prefetchPolicy: 'best_effort' }, '319 c end', 0],
  ['waits until its time is over', { prefetchPolicy: 'timeout', prefetchTimeoutBaseS: 0.008 }, '327 c end', 0],
  // 0.25 s for every 1,024 tokens are 1.95 ms for 8.
  [
    'has more time for more tokens',
    { prefetchPolicy: 'timeout', prefetchTimeoutBaseS: 0.0105, prefetchTimeoutPerKiTokenS: 0.25 },
    '323 c end',
    8,
  ],
  // Asked until 305, read until 330.
  ['waits for all of it', { prefetchPolicy: 'wait_complete', gbPerS: 0.1 }, '341 c end', 8],
])('a request %s', (_, stored, end, diskHitTokens) => {
  const quick = { prefetchTimeoutPerKiTokenS: 0, ...stored }
  const { heard, counts } = run(again, quick)
  expect([heard.at(-1), counts.diskHitTokens]).toEqual([end, diskHitTokens])
})

// prefetch_threshold
test('less than the threshold is not asked for, and nobody waits for it', () => {
  const { heard, counts } = run(again, { prefetchThreshold: 12 })
  expect(heard.filter((line) => line.endsWith('end'))).toEqual(['19 a end', '128 b end', '228 d end', '319 c end'])
  expect(counts.diskHitTokens).toBe(0)
})

// scheduler.py: the loop over the waiting queue goes on behind a request whose prefetch is under way
test('who waits for storage holds up nobody behind', () => {
  const calls = [...again, { atMs: 300, submit: requestOf('e', 5, 1) }]
  const tiers = { ...hicache, hostPages: 7, storage }
  const { heard } = run(calls, {}, { hicache: tiers })
  // The scheduler sees at 315 that storage has it, and reads it until 322.
  expect(heard.filter((line) => line.endsWith('end')).slice(-2)).toEqual(['315 e end', '333 c end'])
})

// LRUFileEvictor, and what a store gives up: the least recently used
test('storage that is full gives up what was used least recently', () => {
  const found = (pages: number) => run(again, { pages }).counts.diskHitTokens
  expect([found(7), found(8)]).toEqual([0, 8])
})

test('a storage that is shared has what another worker stored', () => {
  const calls = [again[0]!, { atMs: 100, submit: requestOf('c', 9, 1, 'xy') }]
  const fleet: EngineConfig['fleet'] = { workers: 2, router: { routing: 'round-robin' } }
  const told = (isShared: boolean) => {
    const { heard, counts } = run(calls, { isShared }, { fleet })
    return [heard.at(-1), counts.diskHitTokens, counts.hitTokens + counts.hostHitTokens]
  }
  expect(told(true)).toEqual(['123 c end', 8, 0])
  expect(told(false)).toEqual(['124 c end', 0, 0])
})

test('whatever is asked: all end, nothing is kept, every prompt token came from one place, and steps taken together change nothing', () => {
  const prompt = fc.record({
    atMs: fc.integer({ min: 0, max: 400 }),
    contents: fc.string({ unit: fc.constantFrom('x', 'y'), minLength: 1, maxLength: 9 }),
    outputTokens: fc.integer({ min: 1, max: 12 }),
    ignoresEos: fc.boolean(),
    abortedAtMs: fc.option(fc.integer({ min: 0, max: 500 }), { freq: 4 }),
  })
  const setting = fc.record({
    writePolicy: fc.constantFrom('write_through' as const, 'write_through_selective' as const, 'write_back' as const),
    prefetchPolicy: fc.constantFrom('best_effort' as const, 'wait_complete' as const, 'timeout' as const),
    hostPages: fc.integer({ min: 1, max: 12 }),
    pages: fc.option(fc.integer({ min: 1, max: 30 }), { nil: undefined }),
    gbPerS: fc.constantFrom(0.02, 0.1, 10),
    latencyMs: fc.constantFrom(0, 3),
    prefetchThreshold: fc.constantFrom(1, 8),
    retryPollInterval: fc.constantFrom(0, 1, 8),
    workers: fc.integer({ min: 1, max: 2 }),
    ranks: fc.integer({ min: 1, max: 2 }),
    isShared: fc.boolean(),
    chunkedPrefillSize: fc.constantFrom(0, 8, 24),
    schedulePolicy: fc.constantFrom('fcfs' as const, 'lpm' as const),
    enableOverlap: fc.boolean(),
  })
  const seen = { diskHitTokens: 0, hostHitTokens: 0, hitTokens: 0, recomputedTokens: 0 }
  fc.assert(
    fc.property(fc.array(prompt, { minLength: 1, maxLength: 25 }), setting, (prompts, chosen) => {
      const { writePolicy, hostPages, workers, ranks, chunkedPrefillSize, schedulePolicy, enableOverlap, ...stored } =
        chosen
      const calls = prompts.flatMap(({ atMs, contents, outputTokens, ignoresEos, abortedAtMs }, at): Call[] => [
        { atMs, submit: { ...requestOf(`r${at}`, contents.length * 4 + 1, outputTokens, contents), ignoresEos } },
        ...(abortedAtMs === null ? [] : [{ atMs: atMs + abortedAtMs, abort: `r${at}` }]),
      ])
      const tiers = { ...hicache, writePolicy, hostPages, leastLoadTokens: 1 }
      const behind = { ...stored, prefetchTimeoutBaseS: 0.004, prefetchTimeoutPerKiTokenS: 1 }
      const play = (options: EngineOptions = {}) => {
        const scheduler = tinySglang({
          ...{ numBlocks: 15, blockSize: 4, maxModelLen: 50, chunkedPrefillSize, schedulePolicy, enableOverlap },
          hicache: { ...tiers, storage: behind },
        })
        const fleet = { workers, router: { routing: 'round-robin' as const } }
        const engine = { ...tinyEngine(), scheduler, dataParallelSize: ranks, fleet }
        return drive((listener, given) => makeEngine(engine, listener, given), calls, options)
      }
      const { counts, ends } = play()
      const all = 15 * workers * ranks
      expect(counts).toMatchObject({ usedBlocks: 0, freeBlocks: all, running: 0, waiting: 0 })
      for (const [at, { abortedAtMs }] of prompts.entries())
        if (abortedAtMs === null) expect(ends.has(`r${at}`)).toBe(true)
      expect(counts.hostTier!.usedPages).toBeLessThanOrEqual(counts.hostTier!.totalPages)
      const { hitTokens, hostHitTokens, diskHitTokens, recomputedTokens, queriedTokens } = counts
      expect(Math.min(hitTokens, hostHitTokens, diskHitTokens, recomputedTokens)).toBeGreaterThanOrEqual(0)
      expect(hitTokens + hostHitTokens + diskHitTokens + recomputedTokens).toBeLessThanOrEqual(queriedTokens)
      for (const name of Object.keys(seen) as (keyof typeof seen)[]) seen[name] += counts[name]
      expect(play({ fastForward: true }).ends).toEqual(ends)
    }),
    { numRuns: 120 },
  )
  for (const name of Object.keys(seen) as (keyof typeof seen)[]) expect(seen[name], name).toBeGreaterThan(0)
})
