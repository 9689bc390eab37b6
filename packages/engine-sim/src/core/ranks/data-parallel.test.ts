import { expect, test } from 'vitest'
import { drive, listenerOf, requestOf, tinyEngine } from '../engine.fixture.ts'
import { makeEngine } from '../engines/make-engine.ts'
import { noWork } from '../step-time/step-work.ts'
import { pickRank } from './pick-rank.ts'
import { slowestRank } from './slowest-rank.ts'

const any = requestOf('a', 9, 1)
const ranksOf = (...counts: (readonly [waiting: number, running: number, usedBlocks?: number])[]) =>
  counts.map(([waiting, running, usedBlocks = 0]) => ({ counts: { waiting, running, usedBlocks, totalBlocks: 100 } }))

test('one that waits counts as four that run, and of equal ranks the first is taken', () => {
  const pick = pickRank('waiting')
  expect(pick(ranksOf([1, 0], [0, 3]), any)).toBe(1)
  expect(pick(ranksOf([1, 0], [0, 5]), any)).toBe(0)
  expect(pick(ranksOf([1, 0], [0, 4]), any)).toBe(0)
})

test('the fewest requests, and of equal ranks another one each time', () => {
  const [pick, equal] = [pickRank('in-flight'), ranksOf([0, 2], [2, 0], [1, 1])]
  expect([pick(equal, any), pick(equal, any), pick(equal, any), pick(equal, any)]).toEqual([0, 1, 2, 0])
  expect(pickRank('in-flight')(ranksOf([0, 5], [4, 0]), any)).toBe(1)
  // Of four that wait each counts three more at a full cache, and none more at a half.
  expect(pickRank('in-flight')(ranksOf([0, 15], [4, 0, 100]), any)).toBe(0)
  expect(pickRank('in-flight')(ranksOf([0, 15], [4, 0, 90]), any)).toBe(1)
  expect(pickRank('in-flight')(ranksOf([0, 5], [4, 0, 50]), any)).toBe(1)
})

test("SGLang's ranks take requests in turns", () => {
  const [pick, two] = [pickRank('round-robin'), ranksOf([9, 9], [0, 0])]
  expect([pick(two, any), pick(two, any), pick(two, any)]).toEqual([0, 1, 0])
})

test('a session stays on its rank, and sessions are spread; what belongs to none goes anywhere', () => {
  const [pick, four] = [pickRank('session'), ranksOf([9, 9], [0, 0], [0, 0], [0, 0])]
  const rankOf = (session: string) => pick(four, { ...any, session })
  expect(rankOf('one')).toBe(rankOf('one'))
  const ranks = Array.from({ length: 400 }, (_, number) => rankOf(`session ${number}`))
  for (let rank = 0; rank < 4; rank += 1) expect(ranks.filter((each) => each === rank).length).toBeGreaterThan(70)
  expect(new Set(Array.from({ length: 40 }, () => pick(four, requestOf('a', 1, 1)))).size).toBe(4)
})

test('a step is as long as the longest rank, whoever has nothing to compute', () => {
  const work = (decodes: number) => ({ ...noWork, decodes })
  const stepMs = slowestRank(({ decodes }) => 10 + decodes)
  expect(stepMs({ ...noWork, ranks: [work(2), undefined, work(7)] })).toBe(17)
})

// A step takes 10 ms, and 1 ms for each token of a prompt.
const ranks = { ...tinyEngine(), dataParallelSize: 2 }

test('steps of ranks begin and end together', () => {
  const { heard } = drive(
    (listener, options) => makeEngine(ranks, listener, options),
    [
      { atMs: 0, submit: requestOf('a', 6, 2) },
      { atMs: 0, submit: requestOf('b', 60, 3) },
      // Both ranks run one then: the first takes it, and the other's step is as long.
      { atMs: 75, submit: requestOf('c', 20, 1) },
    ],
  )
  expect(heard).toEqual([
    '70 a 1',
    '70 b 1',
    '80 a 1',
    '80 a end',
    '80 b 1',
    '110 c 1',
    '110 c end',
    '110 b 1',
    '110 b end',
  ])
})

test('what one rank has cached is not found on another; counts are of each and of all', () => {
  const ends = new Map<string, string>()
  const placed: string[] = []
  const engine = makeEngine(ranks, { ...listenerOf([], ends), placed: ({ id }, rank) => placed.push(`${id} ${rank}`) })
  for (const [atMs, ids] of [
    [0, ['a', 'b']],
    [1000, ['c', 'd']],
  ] as const) {
    for (const id of ids) engine.submit(requestOf(id, 9, 2, id === 'd' ? 'uv' : 'xy'), atMs)
    while (engine.wakeMs !== undefined) engine.advance(engine.wakeMs)
  }
  const cached = ['a', 'b', 'c', 'd'].map((id) => JSON.parse(ends.get(id)!).cachedTokens)
  expect([placed, cached]).toEqual([
    ['a 0', 'b 1', 'c 0', 'd 1'],
    [0, 0, 8, 0],
  ])
  const { ranks: each, ...all } = engine.counts
  expect(all).toMatchObject({ steps: 4, promptTokens: 36, hitTokens: 8, generatedTokens: 8, finishedRequests: 4 })
  expect(each).toMatchObject([
    { promptTokens: 18, hitTokens: 8, generatedTokens: 4, steps: 4, totalBlocks: 100 },
    { promptTokens: 18, hitTokens: 0, generatedTokens: 4, steps: 4, totalBlocks: 100 },
  ])
})

test('a request that is taken back frees its rank', () => {
  const { counts, ends } = drive(
    (listener, options) => makeEngine(ranks, listener, options),
    [
      { atMs: 0, submit: requestOf('a', 6, 90) },
      { atMs: 0, submit: requestOf('b', 6, 5) },
      { atMs: 15, abort: 'a' },
    ],
  )
  expect([...ends.keys()]).toEqual(['b'])
  expect(counts).toMatchObject({ running: 0, usedBlocks: 0, waiting: 0 })
})

test('prompts in every third step alone: a request that comes beside a decode waits for it, one on another rank does not', () => {
  const every = { ...tinyEngine({ prefillScheduleInterval: 3 }), dataParallelSize: 2 }
  const { heard } = drive(
    (listener, options) => makeEngine(every, listener, options),
    [
      { atMs: 0, submit: requestOf('a', 10, 9) },
      { atMs: 21, submit: requestOf('c', 10, 1) },
      { atMs: 22, submit: requestOf('b', 10, 1) },
    ],
  )
  // Steps begin at 0, 20, 30 and 50: the last is the third after the first. `c` is alone on its rank, `b` beside `a`.
  expect(heard.filter((line) => /[bc]/.test(line))).toEqual(['50 c 1', '50 c end', '70 b 1', '70 b end'])
})

test('after all ranks were idle, the first step takes prompts', () => {
  const every = { ...tinyEngine({ prefillScheduleInterval: 3 }), dataParallelSize: 2 }
  const { heard } = drive(
    (listener, options) => makeEngine(every, listener, options),
    [
      { atMs: 0, submit: requestOf('a', 10, 2) },
      { atMs: 100, submit: requestOf('b', 10, 3) },
      { atMs: 101, submit: requestOf('c', 10, 9) },
      { atMs: 102, submit: requestOf('d', 10, 1) },
    ],
  )
  // Steps begin at 100, 120, 140: `c` is alone on its rank then; `d` beside `b`, until the step at 150.
  expect(heard.filter((line) => /[cd] 1/.test(line)).slice(0, 2)).toEqual(['140 c 1', '150 c 1'])
  expect(heard.find((line) => line.includes('d 1'))).toBe('170 d 1')
})

test('a description says how a rank is picked', () => {
  const placed: number[] = []
  const engine = makeEngine(
    { ...ranks, dataParallelBalance: 'round-robin' },
    { ...listenerOf([]), placed: (_, rank) => placed.push(rank) },
  )
  for (const id of ['a', 'b', 'c']) {
    engine.submit(requestOf(id, 9, 1), 1000 * placed.length)
    while (engine.wakeMs !== undefined) engine.advance(engine.wakeMs)
  }
  expect(placed).toEqual([0, 1, 0])
})
