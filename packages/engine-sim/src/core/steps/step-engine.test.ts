import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Call, type Driven, drive as driveEngine, listenerOf, requestOf, tinyEngine } from '../engine.fixture.ts'
import type { EngineOptions } from '../engine.ts'
import type { VllmEngineConfig } from '../engine-config.ts'
import type { EngineListener } from '../engine-request.ts'
import { stepDurationOf } from '../step-time/step-duration-of.ts'
import { VllmScheduler } from '../vllm/vllm-scheduler.ts'
import { StepEngine } from './step-engine.ts'

function engineOf(config: VllmEngineConfig, listener: EngineListener, options: EngineOptions = {}): StepEngine {
  const { scheduler, stepTime } = config
  const parts = {
    scheduler: new VllmScheduler(scheduler),
    stepMs: stepDurationOf(stepTime, scheduler.numBlocks * scheduler.blockSize),
    maxModelLen: scheduler.maxModelLen,
  }
  return new StepEngine(parts, listener, options)
}

function drive(config: VllmEngineConfig, calls: readonly Call[], options: EngineOptions = {}): Driven {
  return driveEngine((listener) => engineOf(config, listener, options), calls)
}

describe('one step after another', () => {
  test('a token is visible at the end of its step, and the next step begins there', () => {
    const { heard, ends } = drive(tinyEngine(), [{ atMs: 100, submit: requestOf('a', 5, 3) }])
    expect(heard).toEqual(['115 a 1', '125 a 1', '135 a 1', '135 a end'])
    expect(JSON.parse(ends.get('a')!)).toEqual({
      ...{ cachedTokens: 0, atMs: 135, queuedMs: 100, scheduledMs: 100, firstTokenMs: 115, preemptions: 0 },
    })
  })

  test('arrivals take effect at the next step boundary, one at the very boundary at the one after', () => {
    const calls = [
      { atMs: 0, submit: requestOf('a', 5, 9) },
      { atMs: 3, submit: requestOf('b', 2, 1) },
      { atMs: 27, submit: requestOf('c', 2, 1) },
    ]
    const { heard } = drive(tinyEngine(), calls)
    expect(heard.filter((line) => !line.includes(' a '))).toEqual(['27 b 1', '27 b end', '49 c 1', '49 c end'])
  })

  test('asked before each step, it takes what comes at the very instant of a boundary, and what is sent in that call', () => {
    const heard: string[] = []
    const coming = [requestOf('b', 2, 1), requestOf('c', 3, 1)]
    const beforeStep = (atMs: number) => {
      heard.push(`${atMs} asked`)
      // An answer to the end of `b`.
      if (coming.length === 1 && heard.includes(`${atMs} b end`)) engine.submit(coming.pop()!, atMs)
    }
    const engine = engineOf(tinyEngine(), listenerOf(heard), { beforeStep })
    engine.submit(requestOf('a', 5, 3), 0)
    engine.advance(0)
    engine.submit(coming.shift()!, 15)
    while (engine.wakeMs !== undefined) engine.advance(engine.wakeMs)
    expect(heard).toEqual([
      ...['15 a 1', '15 asked'],
      ...['27 a 1', '27 b 1', '27 b end', '27 asked'],
      ...['40 a 1', '40 a end', '40 c 1', '40 c end', '40 asked'],
    ])
  })

  test('what is there when an idle engine is called goes into one step', () => {
    const { heard } = drive(tinyEngine(), [
      { atMs: 0, submit: requestOf('a', 5, 1) },
      { atMs: 0, submit: requestOf('b', 5, 1) },
    ])
    expect(heard).toEqual(['20 a 1', '20 a end', '20 b 1', '20 b end'])
  })

  test('held and forgetful, those that run lose their blocks, keep their tokens, and go on in their order', () => {
    const heard: string[] = []
    const ends = new Map<string, string>()
    const engine = engineOf(tinyEngine(), listenerOf(heard, ends))
    engine.submit(requestOf('a', 9, 4, 'xy'), 0)
    engine.submit(requestOf('b', 9, 4, 'xy'), 0)
    // The second finds the two blocks of the first, which are keyed when they are scheduled, and lacks a token.
    for (const atMs of [0, 19]) engine.advance(atMs)
    engine.hold({ what: 'all', loses: 'all' }, 22)
    engine.advance(29)
    expect(heard).toEqual(['19 a 1', '19 b 1', '29 a 1', '29 b 1'])
    expect(engine.counts).toMatchObject({ running: 0, waiting: 2, usedBlocks: 0, cachedBlocks: 0, preemptions: 2 })
    expect(engine.wakeMs).toBeUndefined()
    engine.release(100)
    while (engine.wakeMs !== undefined) engine.advance(engine.wakeMs)
    // 11 tokens of the first and the last 3 of the second are computed again.
    expect(heard.slice(4)).toEqual(['124 a 1', '124 b 1', '134 a 1', '134 a end', '134 b 1', '134 b end'])
    expect(JSON.parse(ends.get('a')!)).toMatchObject({ cachedTokens: 0, scheduledMs: 0, preemptions: 1 })
  })

  test('an aborted request is not heard of again and its blocks are free from the next boundary on', () => {
    const engine = engineOf(tinyEngine(), { tokens: () => expect.fail('told'), finished: () => expect.fail('told') })
    engine.submit(requestOf('a', 5, 9), 0)
    engine.advance(0)
    expect(engine.abort('a', 7)).toBe(true)
    expect(engine.abort('a', 8)).toBe(false)
    expect(engine.counts).toMatchObject({ running: 1, usedBlocks: 2 })
    engine.advance(15)
    expect(engine.counts).toMatchObject({ running: 0, waiting: 0, usedBlocks: 0 })
    expect(engine.wakeMs).toBeUndefined()
  })

  test('a request can be aborted before the engine has taken it, and its id used again', () => {
    const calls = [
      { atMs: 0, submit: requestOf('a', 5, 2) },
      { atMs: 1, submit: requestOf('b', 5, 2) },
      { atMs: 2, abort: 'b' },
      { atMs: 3, submit: requestOf('b', 7, 1) },
    ]
    expect(drive(tinyEngine(), calls).heard).toEqual(['15 a 1', '32 a 1', '32 a end', '32 b 1', '32 b end'])
  })

  test('refuses an id in use and an input that does not fit', () => {
    const engine = engineOf(tinyEngine(), { tokens: () => {}, finished: () => {} })
    engine.submit(requestOf('a', 5, 1), 0)
    expect(() => engine.submit(requestOf('a', 5, 1), 0)).toThrow(/already/)
    expect(() => engine.submit(requestOf('b', 400, 1), 0)).toThrow(/do not fit/)
  })

  test('counts what it did', () => {
    const { counts } = drive(tinyEngine(), [
      { atMs: 0, submit: requestOf('a', 9, 3, 'xy') },
      { atMs: 500, submit: requestOf('b', 9, 2, 'xy') },
    ])
    expect(counts).toEqual({
      ...{
        steps: 5,
        preemptions: 0,
        queriedTokens: 18,
        hitTokens: 8,
        hostHitTokens: 0,
        diskHitTokens: 0,
        recomputedTokens: 0,
        promptTokens: 18,
        cachedPromptTokens: 8,
        externalPromptTokens: 0,
        generatedTokens: 5,
        finishedRequests: 2,
      },
      ...{
        running: 0,
        waiting: 0,
        totalBlocks: 100,
        usedBlocks: 0,
        freeBlocks: 100,
        cachedBlocks: 2,
        evictedBlocks: 0,
      },
    })
  })
})

describe('fast forward', () => {
  test('tells the first token at its instant and the rest at the last one, in few calls', () => {
    const { heard, wakes } = drive(tinyEngine(), [{ atMs: 0, submit: requestOf('a', 5, 300) }], { fastForward: true })
    expect(heard).toEqual(['15 a 1', '3005 a 299', '3005 a end'])
    expect(wakes).toBeLessThan(6)
  })

  test('an arrival cuts the stretch at the next step boundary', () => {
    const calls = [
      { atMs: 0, submit: requestOf('a', 5, 300) },
      { atMs: 1001, submit: requestOf('b', 7, 2) },
    ]
    const { heard } = drive(tinyEngine(), calls, { fastForward: true })
    expect(heard).toEqual(['15 a 1', '1022 b 1', '1032 b 1', '1032 b end', '3012 a 299', '3012 a end'])
  })

  const request = fc.record({
    atMs: fc.double({ min: 0, max: 400, noNaN: true }),
    contents: fc.stringMatching(/^[xy]{0,12}$/),
    more: fc.integer({ min: 1, max: 9 }),
    outputTokens: fc.integer({ min: 1, max: 80 }),
    abortAfterMs: fc.option(fc.double({ min: 0, max: 500, noNaN: true }), { freq: 6 }),
  })
  const changes = fc.record({
    numBlocks: fc.integer({ min: 22, max: 30 }),
    maxNumSeqs: fc.integer({ min: 1, max: 6 }),
    maxNumBatchedTokens: fc.integer({ min: 4, max: 60 }),
    longPrefillTokenThreshold: fc.constantFrom(0, 0, 7),
    reserveFullIsl: fc.boolean(),
    watermark: fc.constantFrom(0, 0.1),
    enablePrefixCaching: fc.constantFrom(true, true, false),
  })

  test('ends every request at the very instant at which single steps end it, with the same cache hits, preemptions and evictions', () => {
    const seen = { preemptions: 0, evictedBlocks: 0, hitTokens: 0, aborted: 0 }
    fc.assert(
      fc.property(fc.array(request, { minLength: 2, maxLength: 20 }), changes, (requests, config) => {
        const engine = tinyEngine({ ...config, maxModelLen: 84 }, 3)
        const calls = requests.flatMap(({ atMs, contents, more, outputTokens, abortAfterMs }, at): Call[] => [
          { atMs, submit: requestOf(`r${at}`, contents.length * 4 + more, outputTokens, contents) },
          ...(abortAfterMs === null ? [] : [{ atMs: atMs + abortAfterMs, abort: `r${at}` }]),
        ])
        const single = drive(engine, calls)
        const fast = drive(engine, calls, { fastForward: true })
        expect(fast.ends).toEqual(single.ends)
        expect(fast.counts).toEqual(single.counts)
        const { preemptions, evictedBlocks, hitTokens } = single.counts
        seen.preemptions += preemptions
        seen.evictedBlocks += evictedBlocks
        seen.hitTokens += hitTokens
        seen.aborted += requests.length - single.ends.size
      }),
      { numRuns: 400, seed: 1 },
    )
    // The workloads reach what they are meant to reach.
    for (const count of Object.values(seen)) expect(count, JSON.stringify(seen)).toBeGreaterThan(100)
  })
})
