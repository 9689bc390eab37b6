import fc from 'fast-check'
import { expect, test } from 'vitest'
import { drive, requestOf, tinyEngine } from '../engine.fixture.ts'
import { makeEngine } from '../engines/make-engine.ts'
import { beladyHits, type Lookup } from './belady-hits.ts'
import { LookupLog } from './lookup-log.ts'

/** A prompt of which each block holds a letter, all of them countable. */
function lookupOf(contents: string, countable = contents.length): Lookup {
  return { keys: requestOf('', contents.length, 1, contents).blockKeys, countable }
}

const hitsOf = (blocks: number, ...prompts: string[]) =>
  beladyHits(
    prompts.map((each) => lookupOf(each)),
    blocks,
  )

test('gives up what comes again last, and the newcomer before what comes sooner', () => {
  // By recency, ab would push out what x needs, and the other way round: nothing would be found.
  expect(hitsOf(2, 'ab', 'xy', 'ab', 'xy', 'ab')).toEqual([0, 0, 2, 0, 2])
  // cd never comes again, so it costs nothing; of abz only ab does.
  expect(hitsOf(2, 'abz', 'cd', 'abc')).toEqual([0, 0, 2])
  // Room for one more: the first block of xy.
  expect(hitsOf(3, 'ab', 'xy', 'ab', 'xy', 'ab')).toEqual([0, 0, 2, 1, 2])
  expect(hitsOf(0, 'ab', 'ab')).toEqual([0, 0])
})

test('of what is kept for a later prompt the end is given up first', () => {
  expect(hitsOf(4, 'abcd', 'xy', 'xy', 'abcd')).toEqual([0, 0, 2, 2])
})

test('what cannot be a hit is kept all the same', () => {
  expect(beladyHits([lookupOf('abc', 0), lookupOf('abc', 2), lookupOf('abc', 3)], 3)).toEqual([0, 2, 3])
})

const prompts = fc.array(fc.stringMatching(/^[ab]{0,2}[abc]{0,5}$/), { minLength: 1, maxLength: 40 })

test('never finds less than least recently used does on the same lookups, nor more than a cache without end', () => {
  let gains = 0
  fc.assert(
    fc.property(prompts, fc.integer({ min: 1, max: 12 }), (contents, blocks) => {
      const lookups = contents.map((each) => lookupOf(each))
      const [best, recent, all] = [
        sum(beladyHits(lookups, blocks)),
        sum(recentHits(lookups, blocks)),
        sum(beladyHits(lookups, 1_000)),
      ]
      expect(best).toBeGreaterThanOrEqual(recent)
      expect(best).toBeLessThanOrEqual(all)
      expect(all).toBe(sum(recentHits(lookups, 1_000)))
      gains += best - recent
    }),
    { numRuns: 500, seed: 1 },
  )
  expect(gains).toBeGreaterThan(100)
})

test('is what trying every choice finds', () => {
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^[ab]{1,3}$/), { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 1, max: 4 }),
      (contents, blocks) => {
        const lookups = contents.map((each) => lookupOf(each))
        expect(sum(beladyHits(lookups, blocks))).toBe(mostHits(lookups, blocks))
      },
    ),
    { numRuns: 60, seed: 2 },
  )
})

const arrival = fc.record({
  contents: fc.stringMatching(/^[ab]{0,2}[abcd]{0,6}$/),
  more: fc.integer({ min: 1, max: 7 }),
  outputTokens: fc.integer({ min: 1, max: 9 }),
  afterMs: fc.integer({ min: 0, max: 60 }),
})

test.each(['lru', 'lineage'] as const)(
  'no engine that evicts by %s finds more than the bound of its own run',
  (evictionPolicy) => {
    let evicted = 0
    fc.assert(
      fc.property(fc.array(arrival, { minLength: 20, maxLength: 60 }), (arrivals) => {
        const config = tinyEngine({ numBlocks: 17, maxModelLen: 60, maxNumSeqs: 2, evictionPolicy })
        const log = new LookupLog(4)
        const make = log.watch(makeEngine)
        let atMs = 0
        const calls = arrivals.map(({ contents, more, outputTokens, afterMs }, at) => {
          atMs += afterMs
          return { atMs, submit: requestOf(`r${at}`, contents.length * 4 + more, outputTokens, contents) }
        })
        const { counts } = drive((listener, options) => make(config, listener, options), calls)
        fc.pre(counts.preemptions === 0)
        expect(counts.hitTokens).toBeLessThanOrEqual(log.boundTokens(16))
        evicted += counts.evictedBlocks
      }),
      { numRuns: 100, seed: 3 },
    )
    expect(evicted).toBeGreaterThan(1_000)
  },
)

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0)
}

/** Leading blocks found where the least recently used go first, of a prompt the last ones. */
function recentHits(lookups: readonly Lookup[], blocks: number): number[] {
  let kept: number[] = []
  return lookups.map(({ keys }) => {
    const wanted = Array.from(keys)
    const missing = wanted.findIndex((key) => !kept.includes(key))
    kept = [...wanted, ...kept.filter((key) => !wanted.includes(key))].slice(0, blocks)
    return missing < 0 ? wanted.length : missing
  })
}

/** The best that any choice of what to keep after each lookup gives. */
function mostHits(lookups: readonly Lookup[], blocks: number): number {
  let states = new Map<string, { kept: readonly number[]; hits: number }>([['', { kept: [], hits: 0 }]])
  for (const { keys } of lookups) {
    const wanted = Array.from(keys)
    const after = new Map<string, { kept: readonly number[]; hits: number }>()
    for (const { kept, hits } of states.values()) {
      const missing = wanted.findIndex((key) => !kept.includes(key))
      const now = hits + (missing < 0 ? wanted.length : missing)
      for (const choice of subsets([...new Set([...kept, ...wanted])], blocks)) {
        const name = choice.toSorted().join()
        if ((after.get(name)?.hits ?? -1) < now) after.set(name, { kept: choice, hits: now })
      }
    }
    states = after
  }
  return Math.max(...[...states.values()].map(({ hits }) => hits))
}

function subsets(items: readonly number[], most: number): number[][] {
  const all: number[][] = [[]]
  for (const item of items) {
    const smaller = all.filter(({ length }) => length < most)
    all.push(...smaller.map((each) => [...each, item]))
  }
  return all
}
