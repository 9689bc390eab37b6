import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { corpusOf, plainTrace, traceOf } from '../corpus.fixture.ts'
import { arrivalsOf, playOf } from './load.ts'
import { planReplay } from './plan-replay.ts'
import type { Play } from './play.ts'

const shape = fc.record({
  trees: fc.integer({ min: 1, max: 12 }),
  lanes: fc.integer({ min: 1, max: 20 }),
  passes: fc.integer({ min: 1, max: 4 }),
  seed: fc.nat(),
})

function planOf({ trees, lanes, passes, seed }: { trees: number; lanes: number; passes: number; seed: number }) {
  const traces = Array.from({ length: trees }, (_, i) => plainTrace(`t${i}`, 3 + (i % 5)))
  return planReplay(corpusOf(traces), { seed, lanes, overrides: { until: { kind: 'passes', passes } } })
}

function everyPlay(plan: ReturnType<typeof planOf>): Play[] {
  const plays: Play[] = []
  for (let lane = 0; lane < arrivalsOf(plan).slots; lane += 1)
    for (let play = 0, next = playOf(plan, lane, 0); next; play += 1, next = playOf(plan, lane, play)) plays.push(next)
  return plays.toSorted((a, b) => a.position - b.position)
}

describe('playOf', () => {
  test('the lanes share out the positions of the shuffle: none is played twice and none is left', () => {
    fc.assert(
      fc.property(shape, (s) => {
        expect(everyPlay(planOf(s)).map(({ position }) => position)).toEqual([...Array(s.trees * s.passes).keys()])
      }),
    )
  })

  test('each pass plays every tree once, in each pass with a cache identity of its own', () => {
    fc.assert(
      fc.property(shape, (s) => {
        const plays = everyPlay(planOf(s))
        expect(new Set(plays.map(({ scope }) => scope)).size).toBe(plays.length)
        for (let pass = 0; pass < s.passes; pass += 1)
          expect(new Set(plays.filter((p) => p.pass === pass).map((p) => p.tree.traceId)).size).toBe(s.trees)
      }),
    )
  })

  test('passes differ in order, and so do seeds', () => {
    const order = (seed: number, pass: number) =>
      everyPlay(planOf({ trees: 12, lanes: 1, passes: 2, seed }))
        .filter((p) => p.pass === pass)
        .map((p) => p.tree.traceId)
    expect(order(1, 0)).not.toEqual(order(1, 1))
    expect(order(1, 0)).not.toEqual(order(2, 0))
    expect(order(1, 0)).toEqual(order(1, 0))
  })

  test('an answer does not depend on what was asked before', () => {
    const s = { trees: 5, lanes: 3, passes: 4, seed: 9 }
    const forwards = everyPlay(planOf(s)).map((p) => p.tree.traceId)
    const plan = planOf(s)
    const backwards = forwards.map((_, i) => forwards.length - 1 - i).map((p) => playOf(plan, p % 3, Math.floor(p / 3)))
    expect(backwards.toReversed().map((p) => p?.tree.traceId)).toEqual(forwards)
  })

  test('a window has no last play', () => {
    const plan = planReplay(corpusOf([plainTrace('a', 2)]), { seed: 1, lanes: 2 })
    expect(playOf(plan, 1, 1_000_000)).toMatchObject({ position: 2_000_001, pass: 2_000_001, startTurn: 0 })
  })

  test('where ids are global, all plays of a pass share one identity', () => {
    const corpus = corpusOf([plainTrace('a', 2), plainTrace('b', 2)], { blockScope: 'global' })
    const plan = planReplay(corpus, { seed: 1, lanes: 1 })
    expect([0, 1, 2].map((play) => playOf(plan, 0, play)?.scope)).toEqual(['1/#0', '1/#0', '1/#1'])
  })
})

describe('start turns', () => {
  const startsOf = (turns: number, start: { min: number; max: number }) => {
    const overrides = { start, residualThink: false }
    const plan = planReplay(corpusOf([plainTrace('a', turns)]), { seed: 3, lanes: 2_000, overrides })
    return new Set(plan.firstPlays.map(({ startTurn }) => startTurn))
  }

  test('cover floor(n x min) .. min(floor(n x max), n - 1), and nothing else', () => {
    const sorted = (set: Set<number>) => [...set].sort((a, b) => a - b)
    expect(sorted(startsOf(10, { min: 0, max: 0.7 }))).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    expect(sorted(startsOf(3, { min: 0.5, max: 1 }))).toEqual([1, 2])
    expect(sorted(startsOf(4, { min: 1, max: 1 }))).toEqual([3])
    expect(sorted(startsOf(4, { min: 0, max: 0 }))).toEqual([0])
  })

  test('only the first play of a lane starts inside its session, and the plan lists those', () => {
    const plan = planReplay(corpusOf([plainTrace('a', 100)]), {
      seed: 5,
      lanes: 3,
      overrides: { start: { min: 0.5, max: 0.9 } },
    })
    expect(plan.firstPlays.map(({ lane }) => playOf(plan, lane, 0)?.startTurn)).toEqual(
      plan.firstPlays.map(({ startTurn }) => startTurn),
    )
    for (const { startTurn } of plan.firstPlays) expect(startTurn).toBeGreaterThanOrEqual(50)
    expect([0, 1, 2].map((lane) => playOf(plan, lane, 1)?.startTurn)).toEqual([0, 0, 0])
  })

  test('never lie on a turn that does not fit the context', () => {
    const turns = [100, 100, 900, 900, 100, 900].map((inputTokens) => ({ inputTokens, outputTokens: 1, blocks: [1] }))
    const plan = planReplay(corpusOf([traceOf('a', [{ id: 'root', turns }])]), {
      seed: 5,
      lanes: 500,
      overrides: { start: { min: 0, max: 1 }, maxContextTokens: 500 },
    })
    expect(new Set(plan.firstPlays.map(({ startTurn }) => startTurn))).toEqual(new Set([0, 1, 4]))
  })
})
