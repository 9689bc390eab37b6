import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Call, drive, requestOf, tinyEngine } from '../engine.fixture.ts'
import type { EngineOptions } from '../engine.ts'
import type { SchedulerConfig } from '../engine-config.ts'
import { makeEngine } from '../engines/make-engine.ts'
import type { KvOffload } from '../offload/kv-offload-config.ts'

/** Blocks of 4 tokens, which take the link a millisecond each, after one of 2 ms. */
const offload: KvOffload = { hostBlocks: 40, tokenBytes: 250_000, host: { gbPerS: 1, latencyMs: 2 } }

function run(
  calls: readonly Call[],
  changes: Partial<SchedulerConfig>,
  options: EngineOptions & { lateMs?: number } = {},
) {
  const config = tinyEngine({ numBlocks: 5, maxModelLen: 16, ...changes })
  return drive((listener, given) => makeEngine(config, listener, given), calls, options)
}

/** xy, which pqr pushes out of the device, and xy again. */
const again = [
  { atMs: 0, submit: requestOf('a', 9, 1, 'xy') },
  { atMs: 100, submit: requestOf('b', 13, 1, 'pqr') },
  { atMs: 200, submit: requestOf('c', 9, 1, 'xy') },
]

// A step takes 10 ms, and 1 ms for each token of more than one.
test('a prompt that the host has is loaded first, and only the rest is computed', () => {
  const without = run(again, {})
  expect(without.heard.at(-1)).toBe('219 c end')
  const { heard, ends, counts } = run(again, { kvOffload: offload })
  expect(heard.at(-1)).toBe('214 c end')
  expect(JSON.parse(ends.get('c')!)).toEqual({
    ...{
      cachedTokens: 8,
      atMs: 214,
      queuedMs: 200,
      scheduledMs: 204,
      firstTokenMs: 214,
      preemptions: 0,
      hostTokens: 8,
    },
  })
  expect(counts).toMatchObject({ hitTokens: 0, hostHitTokens: 8, queriedTokens: 31, cachedPromptTokens: 8 })
  expect(counts).toMatchObject({ externalPromptTokens: 8, usedBlocks: 0, waiting: 0 })
})

test('what an eviction cost is told of the run and of the request', () => {
  const { ends, counts } = run(again, {})
  // Both blocks of xy once more; of b nothing was there before.
  expect(counts.recomputedTokens).toBe(8)
  expect(['a', 'b', 'c'].map((id) => JSON.parse(ends.get(id)!).recomputedTokens)).toEqual([undefined, undefined, 8])
  expect(run(again, { kvOffload: offload }).counts.recomputedTokens).toBe(0)
})

test('what is stored when it is evicted is found as well, and nothing that has never been evicted is', () => {
  const { heard, counts } = run(again, { kvOffload: { ...offload, store: 'evicted' } })
  expect([heard.at(-1), counts.hostHitTokens]).toEqual(['214 c end', 8])
})

test('what is on the device is not loaded', () => {
  const { counts } = run([again[0]!, { atMs: 100, submit: requestOf('c', 9, 1, 'xy') }], { kvOffload: offload })
  expect(counts).toMatchObject({ hitTokens: 8, hostHitTokens: 0 })
})

test('who waits for a load lets others pass, and they share the link', () => {
  const calls = [
    ...again.slice(0, 2),
    { atMs: 200, submit: requestOf('c', 9, 1, 'xy') },
    { atMs: 200, submit: requestOf('d', 2, 1) },
  ]
  // d is computed in a step of 12 ms; c has been loaded meanwhile and is computed in the next.
  expect(run(calls, { kvOffload: offload }).heard.slice(-4)).toEqual(['212 d 1', '212 d end', '222 c 1', '222 c end'])
})

// Source: `_inflight_prefill_reserved_blocks` in `vllm/v1/core/sched/scheduler.py` of vLLM 0.33.0.
test('a load takes no blocks that a prompt which has begun needs for the rest of it', () => {
  const calls = [
    again[0]!,
    // All eight blocks, so that xy is in the host alone.
    { atMs: 100, submit: requestOf('b', 31, 1, 'pqrstuv') },
    { atMs: 400, submit: requestOf('d', 27, 1) },
    { atMs: 400, submit: requestOf('c', 9, 1, 'xy') },
  ]
  const changes = { numBlocks: 9, maxModelLen: 32, maxNumBatchedTokens: 12, longPrefillTokenThreshold: 8 }
  // `d` has 2 blocks after the first of its four steps and owes itself 5; 6 are free, and `c` would load 2.
  const { heard } = run(calls, { ...changes, kvOffload: offload })
  expect(heard.slice(-4)).toEqual(['467 d 1', '467 d end', '481 c 1', '481 c end'])
})

test('the blocks of who is aborted while it loads are free when its load has come', () => {
  const engine = makeEngine(tinyEngine({ numBlocks: 5, maxModelLen: 16, kvOffload: offload }), {
    tokens: () => {},
    finished: () => {},
  })
  for (const { atMs, submit } of again) {
    engine.submit(submit, atMs)
    engine.advance(atMs + 50)
  }
  const { counts } = engine
  expect(counts).toMatchObject({ finishedRequests: 3 })
  engine.submit(requestOf('e', 13, 1, 'pqr'), 300)
  engine.advance(300)
  expect(engine.counts).toMatchObject({ waiting: 1, usedBlocks: 3 })
  engine.abort('e', 301)
  engine.advance(301)
  expect(engine.counts).toMatchObject({ waiting: 1, usedBlocks: 3 })
  engine.advance(310)
  expect(engine.counts).toMatchObject({ waiting: 0, usedBlocks: 0 })
  expect(engine.wakeMs).toBeUndefined()
})

test.each<[Partial<SchedulerConfig>, RegExp]>([
  [{ enablePrefixCaching: false }, /enablePrefixCaching true/],
  [{ reserveFullIsl: false }, /reserveFullIsl true/],
  [{ schedulingPolicy: 'priority' }, /write fcfs/],
  [{ kvOffload: { ...offload, chunkBlocks: 64 } }, /at least 64 blocks/],
  [{ kvOffload: { ...offload, chunkBlocks: 4, store: 'evicted' } }, /chunkBlocks 1/],
])('refuses %j', (changes, message) => {
  expect(() => run([], { kvOffload: offload, ...changes })).toThrow(message)
})

const arrival = fc.record({
  contents: fc.stringMatching(/^[ab]{0,2}[abcd]{0,6}$/),
  more: fc.integer({ min: 1, max: 7 }),
  outputTokens: fc.integer({ min: 1, max: 30 }),
  afterMs: fc.integer({ min: 0, max: 40 }),
  abortMs: fc.option(fc.integer({ min: 0, max: 60 }), { freq: 6 }),
})
const tiers: fc.Arbitrary<KvOffload> = fc.record(
  {
    hostBlocks: fc.integer({ min: 2, max: 30 }),
    tokenBytes: fc.constantFrom(1e3, 250_000, 2e6),
    host: fc.record({ gbPerS: fc.constant(1), latencyMs: fc.constantFrom(0, 2.5) }),
    chunkBlocks: fc.constantFrom(1, 2),
    disk: fc.record({ blocks: fc.integer({ min: 2, max: 40 }), gbPerS: fc.constant(0.5) }),
  },
  { requiredKeys: ['hostBlocks', 'tokenBytes', 'host'] },
)

test('serves everybody, keeps all blocks, finds no more than there can be, and does it again the same', () => {
  const seen = { hostHitTokens: 0, diskHitTokens: 0, preemptions: 0 }
  fc.assert(
    fc.property(
      fc.array(arrival, { minLength: 15, maxLength: 40 }),
      tiers,
      fc.boolean(),
      (arrivals, kvOffload, asyncScheduling) => {
        let atMs = 0
        const calls: Call[] = arrivals.flatMap(({ contents, more, outputTokens, afterMs, abortMs }, at) => {
          atMs += afterMs
          const submit = requestOf(`r${at}`, contents.length * 4 + more, outputTokens, contents)
          return [{ atMs, submit }, ...(abortMs === null ? [] : [{ atMs: atMs + abortMs, abort: `r${at}` }])]
        })
        const changes = {
          numBlocks: 15,
          maxModelLen: 56,
          maxNumSeqs: 4,
          maxNumBatchedTokens: 30,
          kvOffload,
          asyncScheduling,
        }
        const { heard, ends, counts } = run(calls, changes)
        const aborted = calls.filter(({ abort }) => abort !== undefined && !ends.has(abort)).length
        expect(ends.size + aborted).toBe(arrivals.length)
        expect(counts).toMatchObject({ running: 0, waiting: 0, usedBlocks: 0, freeBlocks: 14 })
        for (const [at, { contents, more }] of arrivals.entries()) {
          const end = ends.get(`r${at}`)
          if (!end) continue
          const { cachedTokens, hostTokens = 0, diskTokens = 0 } = JSON.parse(end)
          const sharable = arrivals.slice(0, at).map((other) => sharedBlocks(contents, other.contents))
          const ceiling = Math.min(Math.max(0, ...sharable) * 4, Math.floor((contents.length * 4 + more - 1) / 4) * 4)
          expect(cachedTokens).toBeLessThanOrEqual(ceiling)
          expect(hostTokens + diskTokens).toBeLessThanOrEqual(cachedTokens)
        }
        if (calls.length === arrivals.length) expect(run(calls, changes, { lateMs: 7 }).ends).toEqual(ends)
        expect(run(calls, changes)).toEqual({ heard, ends, counts, wakes: expect.any(Number) })
        expect(run(calls, changes, { fastForward: true }).ends).toEqual(ends)
        for (const name of ['hostHitTokens', 'diskHitTokens', 'preemptions'] as const) seen[name] += counts[name]
      },
    ),
    { numRuns: 80, seed: 1 },
  )
  for (const count of Object.values(seen)) expect(count, JSON.stringify(seen)).toBeGreaterThan(20)
})

function sharedBlocks(one: string, other: string): number {
  const until = [...one].findIndex((content, at) => content !== other[at])
  return until < 0 ? one.length : until
}
