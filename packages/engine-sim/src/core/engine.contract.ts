import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Call,
  commonLength,
  drive,
  listenerOf,
  type MakeEngine,
  requestOf,
  sumOf,
  tokensOf,
} from './engine.fixture.ts'
import type { Engine } from './engine.ts'

/** An engine under test, tight enough that long requests meet in it: a few contexts fill it. */
export interface EngineUnderTest {
  readonly make: MakeEngine
  /** Tokens per KV block, of which a content key stands for one. */
  readonly blockSize: number
  /** Longest context, at least 12 blocks. */
  readonly maxModelLen: number
  /** Tokens that a step brings a request at most. Default 1. */
  readonly mostPerStep?: number
  /** A prompt may be found to its very end, where it needs not be computed. Default false. */
  readonly findsWhole?: boolean
}

/** What every `Engine` must do, whatever schedules it. It says nothing of how long a step takes, nor of who is served first. */
export function engineContract(name: string, under: EngineUnderTest): void {
  const { make, blockSize, maxModelLen, mostPerStep = 1, findsWhole = false } = under
  const long = blockSize * 6

  describe(`engine contract: ${name}`, () => {
    test('an idle engine wants nothing, and calling it changes nothing', () => {
      const heard: string[] = []
      const engine = make(listenerOf(heard))
      const { counts } = engine
      engine.advance(50)
      expect([engine.wakeMs, heard, engine.counts]).toEqual([undefined, [], counts])
    })

    test('wants to be called at once when a request comes to it idle, and never again for what is past', () => {
      const engine = make(listenerOf([]))
      engine.submit(requestOf('a', long, 5), 7)
      expect(engine.wakeMs).toBe(7)
      for (let wakeMs = engine.wakeMs; wakeMs !== undefined; wakeMs = engine.wakeMs) {
        engine.advance(wakeMs)
        expect(engine.wakeMs ?? Number.POSITIVE_INFINITY).toBeGreaterThan(wakeMs)
      }
    })

    test('tells every token in order, the end at the last one, and instants that follow one another', () => {
      const { heard, ends } = drive(make, [{ atMs: 7, submit: requestOf('a', long, 5) }])
      const told = heard.map((line) => line.split(' '))
      const counts = told.slice(0, -1).map(([, , count]) => Number(count))
      expect([counts[0], sumOf(counts), told.at(-1)?.[2]]).toEqual([1, 5, 'end'])
      for (const count of counts) expect(count).toBeLessThanOrEqual(mostPerStep)
      const { atMs, queuedMs, scheduledMs, firstTokenMs, preemptions } = JSON.parse(ends.get('a')!)
      expect([queuedMs, scheduledMs, firstTokenMs]).toEqual([7, 7, Number(told[0]![0])])
      expect([atMs, atMs, preemptions]).toEqual([...told.slice(-2).map(([instant]) => Number(instant)), 0])
      expect(firstTokenMs).toBeGreaterThan(7)
      const instants = told.map(([instant]) => Number(instant))
      expect(instants).toEqual(instants.toSorted((a, b) => a - b))
    })

    test('an output ends where the context does', () => {
      const { heard, counts } = drive(make, [{ atMs: 0, submit: requestOf('a', maxModelLen - 3, 50) }])
      expect(tokensOf(heard, 'a')).toBe(3)
      expect(counts).toMatchObject({ generatedTokens: 3, finishedRequests: 1 })
    })

    test('refuses an id in use and an input that does not fit; an id that has ended is free', () => {
      const engine = make(listenerOf([]))
      engine.submit(requestOf('a', long, 1), 0)
      expect(() => engine.submit(requestOf('a', long, 1), 0)).toThrow(RangeError)
      for (const tokens of [0, maxModelLen])
        expect(() => engine.submit(requestOf('b', tokens, 1), 0)).toThrow(RangeError)
      while (engine.wakeMs !== undefined) engine.advance(engine.wakeMs)
      engine.submit(requestOf('a', long, 1), 1e6)
      engine.submit(requestOf('b', long, 1), 1e6)
      expect(engine.counts).toMatchObject({ waiting: 2, finishedRequests: 1 })
    })

    test('an aborted request is not heard of again, leaves nothing behind, and its id is free at once', () => {
      const heard: string[] = []
      const engine = make(listenerOf(heard))
      engine.submit(requestOf('a', long, 9), 0)
      engine.advance(0)
      expect(engine.abort('a', 0)).toBe(true)
      expect(engine.abort('a', 0)).toBe(false)
      expect(engine.abort('unheard of', 0)).toBe(false)
      engine.submit(requestOf('a', long, 2), 0)
      while (engine.wakeMs !== undefined) engine.advance(engine.wakeMs)
      expect([tokensOf(heard, 'a'), heard.filter((line) => line.endsWith('a end')).length]).toEqual([2, 1])
      expect(engine.counts).toMatchObject({ running: 0, waiting: 0, usedBlocks: 0, finishedRequests: 1 })
    })

    test('a prompt seen before is found in the cache, all but its end, until the cache is forgotten', () => {
      const ends = new Map<string, string>()
      const listener = listenerOf([], ends)
      let toldWithTokens: number[] = []
      const engine = make({ ...listener, tokens: (...told) => toldWithTokens.push(told[3]) })
      let nowMs = 0
      const cachedOf = (id: string) => {
        toldWithTokens = []
        engine.submit(requestOf(id, blockSize * 3, 2, 'xyz'), nowMs)
        expect(engine.resetPrefixCache()).toBe(false)
        while (engine.wakeMs !== undefined) {
          nowMs = engine.wakeMs
          engine.advance(nowMs)
        }
        const { cachedTokens } = JSON.parse(ends.get(id)!)
        expect(toldWithTokens).toEqual([cachedTokens, cachedTokens])
        return cachedTokens
      }
      const found = Array.from({ length: 9 }, (_, at) => cachedOf(`r${at}`))
      expect([found[0], found.at(-1)! >= blockSize]).toEqual([0, true])
      expect(found.at(-1)).toBeLessThanOrEqual(blockSize * 3 - (findsWhole ? 0 : 1))
      const before = { ...engine.counts, ranks: undefined, hostTier: undefined }
      expect(before).toMatchObject({ queriedTokens: blockSize * 27, promptTokens: blockSize * 27 })
      expect(engine.resetPrefixCache()).toBe(true)
      expect({ ...engine.counts, ranks: undefined, hostTier: undefined }).toEqual({ ...before, cachedBlocks: 0 })
      expect(cachedOf('again')).toBe(0)
    })

    test('held, it takes no step after the one under way, though requests come; released, it goes on', () => {
      const heard: string[] = []
      const held: number[] = []
      const engine = make({ ...listenerOf(heard), held: (atMs) => held.push(atMs) })
      const runTo = (untilMs: number) => {
        while (engine.wakeMs !== undefined && engine.wakeMs <= untilMs) engine.advance(engine.wakeMs)
      }
      engine.submit(requestOf('a', long, 9 * mostPerStep), 0)
      while (heard.length < 3) engine.advance(engine.wakeMs!)
      const nowMs = Number(heard.at(-1)!.split(' ')[0])
      engine.hold({ what: 'all', loses: 'nothing' }, nowMs)
      runTo(nowMs + 1e5)
      const told = heard.length
      expect(told).toBeLessThanOrEqual(5)
      expect(held).toHaveLength(1)
      engine.submit(requestOf('b', long, 2), nowMs + 1e5)
      runTo(nowMs + 2e5)
      expect([heard.length, held.length, engine.wakeMs]).toEqual([told, 1, undefined])
      expect(engine.counts.running + engine.counts.waiting).toBeGreaterThanOrEqual(2)
      engine.release(nowMs + 2e5)
      runTo(Number.POSITIVE_INFINITY)
      const after = heard.slice(told).map((line) => line.split(' '))
      expect(Math.min(...after.map(([atMs]) => Number(atMs)))).toBeGreaterThan(nowMs + 2e5)
      expect(after.filter(([, , what]) => what === 'end').map(([, id]) => id)).toEqual(
        expect.arrayContaining(['a', 'b']),
      )
      expect(engine.counts).toMatchObject({ finishedRequests: 2, running: 0, usedBlocks: 0 })
      expect(engine.counts.generatedTokens).toBe(9 * mostPerStep + 2)
    })

    test('held to newcomers, those that run end and those that come wait; then what was to be forgotten is', () => {
      const heard: string[] = []
      const ends = new Map<string, string>()
      const held: number[] = []
      const engine = make({ ...listenerOf(heard, ends), held: (atMs) => held.push(atMs) })
      const runTo = (untilMs: number) => {
        while (engine.wakeMs !== undefined && engine.wakeMs <= untilMs) engine.advance(engine.wakeMs)
      }
      engine.submit(requestOf('a', blockSize * 3, 5, 'xyz'), 0)
      while (heard.length < 2) engine.advance(engine.wakeMs!)
      const nowMs = Number(heard.at(-1)!.split(' ')[0])
      engine.hold({ what: 'new', loses: 'all' }, nowMs)
      engine.submit(requestOf('b', blockSize * 3, 2, 'xyz'), nowMs)
      runTo(nowMs + 1e5)
      expect(heard.map((line) => line.split(' ')[1])).not.toContain('b')
      expect([tokensOf(heard, 'a'), heard.at(-1)?.endsWith('a end')]).toEqual([5, true])
      expect(held).toHaveLength(1)
      expect(engine.counts).toMatchObject({ running: 0, waiting: 1, cachedBlocks: 0 })
      engine.release(nowMs + 1e5)
      runTo(Number.POSITIVE_INFINITY)
      expect(JSON.parse(ends.get('b')!)).toMatchObject({ cachedTokens: 0 })
      expect(engine.counts).toMatchObject({ finishedRequests: 2, usedBlocks: 0 })
    })

    test('tells of each step what it brought: prompts that it computed to their end, and output', () => {
      const brought: number[] = []
      const engine = make({ ...listenerOf([]), step: (tokens) => brought.push(tokens) })
      engine.submit(requestOf('a', blockSize * 3, 5, 'xyz'), 0)
      while (engine.wakeMs !== undefined) engine.advance(engine.wakeMs)
      // Where the prompt is computed apart from the decode, a token comes with it there, and is thrown away or counted again where it goes.
      expect(sumOf(brought) - (blockSize * 3 + 5)).toBe(engine.counts.transfers ? 1 : 0)
      const decodes = brought.filter((tokens) => tokens > 0 && tokens <= mostPerStep)
      expect(decodes.length).toBeGreaterThanOrEqual(Math.ceil(4 / mostPerStep))
    })

    test('says at any instant how many tokens there are, those of fast-forwarded steps too', () => {
      const heard: string[] = []
      const [engine, forwarded] = [make(listenerOf(heard)), make(listenerOf([]), { fastForward: true })]
      for (const each of [engine, forwarded])
        for (const id of ['a', 'b']) each.submit(requestOf(id, long, id === 'a' ? 9 : 30), 0)
      for (let nowMs = 0.5; engine.wakeMs !== undefined; nowMs += 7.3) {
        for (const each of [engine, forwarded]) each.advance(nowMs)
        const told = (id: string) => heard.filter((line) => line.split(' ')[1] === id)
        const expected = ['a', 'b'].flatMap((id) =>
          told(id).length > 0 && !told(id).some((line) => line.endsWith('end')) ? [[id, tokensOf(heard, id)]] : [],
        )
        for (const each of [engine, forwarded]) expect([...each.generated(nowMs)].sort()).toEqual(expected)
      }
      expect([...forwarded.generated(1e9)]).toEqual([])
    })

    const arrival = fc.record({
      atMs: fc.double({ min: 0, max: 400, noNaN: true }),
      contents: fc.stringMatching(/^[xy]{0,9}$/),
      more: fc.integer({ min: 1, max: blockSize }),
      outputTokens: fc.integer({ min: 1, max: maxModelLen }),
      abortAfterMs: fc.option(fc.double({ min: 0, max: 500, noNaN: true }), { freq: 6 }),
    })
    const arrivals = fc.array(arrival, { minLength: 1, maxLength: 12 })
    type Arrival = typeof arrival extends fc.Arbitrary<infer A> ? A : never
    const callsOf = (list: readonly Arrival[], { aborting }: { aborting: boolean }) =>
      list.flatMap(({ atMs, contents, more, outputTokens, abortAfterMs }, at): Call[] => [
        { atMs, submit: requestOf(`r${at}`, contents.length * blockSize + more, outputTokens, contents) },
        ...(abortAfterMs === null || !aborting ? [] : [{ atMs: atMs + abortAfterMs, abort: `r${at}` }]),
      ])

    test('serves all that comes, however much, and then holds nothing; what it counts is what it told', () => {
      fc.assert(
        fc.property(arrivals, (list) => {
          const calls = callsOf(list, { aborting: false })
          const { heard, ends, counts } = drive(make, calls)
          expect(ends.size).toBe(list.length)
          expect(counts).toMatchObject({ running: 0, waiting: 0, usedBlocks: 0, freeBlocks: counts.totalBlocks })
          expect(counts.generatedTokens).toBe(sumOf(list.map((_, at) => tokensOf(heard, `r${at}`))))
          expect(counts.promptTokens).toBe(calls.reduce((sum, { submit }) => sum + submit!.promptTokens, 0))
          expect(counts.finishedRequests).toBe(list.length)
        }),
        { numRuns: 25 },
      )
    })

    test('called late it tells the same, at the same instants; and again the same when all is done again', () => {
      fc.assert(
        fc.property(arrivals, fc.double({ min: 0, max: 90, noNaN: true }), (list, lateMs) => {
          const calls = callsOf(list, { aborting: false })
          const { wakes: _, ...prompt } = drive(make, calls)
          expect(drive(make, calls, { lateMs })).toMatchObject(prompt)
          expect(drive(make, calls)).toMatchObject(prompt)
        }),
        { numRuns: 25 },
      )
    })

    test('blocks are conserved at every step, and nothing is found that a cache without end could not have', () => {
      fc.assert(
        fc.property(arrivals, (drawn) => {
          // More than a block of each prompt is its own.
          const list = drawn.map((each) => ({ ...each, more: each.more * 2 }))
          const calls = callsOf(list, { aborting: true })
          const watched: MakeEngine = (listener, options) => conserving(make(listener, options))
          const { ends } = drive(watched, calls)
          for (const [id, end] of ends) {
            const { cachedTokens, scheduledMs } = JSON.parse(end) as { cachedTokens: number; scheduledMs: number }
            const own = list[Number(id.slice(1))]!
            const before = list.filter((each) => each !== own && each.atMs <= scheduledMs)
            const shared = Math.max(0, ...before.map(({ contents }) => commonLength(contents, own.contents)))
            const ceiling = Math.min(shared * blockSize, own.contents.length * blockSize + own.more - 1)
            expect(cachedTokens, id).toBeLessThanOrEqual(ceiling)
          }
        }),
        { numRuns: 25 },
      )
    })

    test('fast forward ends every request as single steps do, with the same counts', () => {
      fc.assert(
        fc.property(arrivals, (list) => {
          const calls = callsOf(list, { aborting: true })
          const [single, fast] = [drive(make, calls), drive(make, calls, { fastForward: true })]
          expect(fast.ends).toEqual(single.ends)
          expect(fast.counts).toEqual(single.counts)
        }),
        { numRuns: 25 },
      )
    })
  })
}

/** The engine, whose blocks are counted whenever it was advanced. */
function conserving(engine: Engine): Engine {
  const advance = (nowMs: number) => {
    engine.advance(nowMs)
    const { usedBlocks, freeBlocks, totalBlocks, cachedBlocks } = engine.counts
    expect(usedBlocks + freeBlocks).toBe(totalBlocks)
    expect(Math.min(usedBlocks, freeBlocks, cachedBlocks)).toBeGreaterThanOrEqual(0)
    expect(cachedBlocks).toBeLessThanOrEqual(totalBlocks)
  }
  return new Proxy(engine, {
    get: (target, name) => {
      if (name === 'advance') return advance
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
