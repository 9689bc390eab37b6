import { describe, expect, test } from 'vitest'
import { corpusOf, on, plainTrace, traceOf } from '../corpus.fixture.ts'
import type { LoadOverrides } from './plan-load.ts'
import { planReplay } from './plan-replay.ts'

const lanes = 4_000
const firstPlays = (trace: ReturnType<typeof plainTrace>, overrides: LoadOverrides = {}) =>
  planReplay(corpusOf([trace]), { seed: 7, lanes, overrides }).firstPlays

/** Pauses after turns 0, 1, 2, 3: 10, 0, 60 and 30 s; the last turn may not be started at. */
const uneven = traceOf('uneven', [
  {
    id: 'root',
    turns: [{}, { thinkMs: 10_000 }, { thinkMs: 0 }, { thinkMs: 60_000 }, { thinkMs: 30_000 }, { thinkMs: 5 }],
  },
])

describe('an instant of the think time', () => {
  test('lies in each pause as often as the pause is long, and anywhere in it', () => {
    const plays = firstPlays(uneven, { start: { min: 0, max: 0.6 } })
    const after = (turn: number) => plays.filter(({ startTurn }) => startTurn === turn)
    for (const [turn, lengthMs] of [10_000, 0, 60_000, 30_000].entries()) {
      expect(after(turn).length / lanes).toBeCloseTo(lengthMs / 100_000, 1)
      const rests = after(turn).map(({ residualThinkMs }) => residualThinkMs!)
      if (lengthMs === 0) continue
      expect(Math.min(...rests)).toBeGreaterThan(0)
      expect(Math.max(...rests)).toBeLessThanOrEqual(lengthMs)
      expect(rests.reduce((sum, ms) => sum + ms, 0) / rests.length / lengthMs).toBeCloseTo(0.5, 1)
    }
    expect(after(4)).toEqual([])
  })

  test('is of think time as it is sent: capped, then scaled', () => {
    const plays = firstPlays(uneven, { start: { min: 0, max: 0.6 }, thinkCapMs: 10_000, timeScale: 0.1 })
    const share = plays.filter(({ startTurn }) => startTurn === 2).length / lanes
    expect(share).toBeCloseTo(1 / 3, 1)
    expect(Math.max(...plays.map(({ residualThinkMs }) => residualThinkMs!))).toBeLessThanOrEqual(1_000)
  })

  test('is a function of seed and lane: more lanes change nothing for those that were there', () => {
    const corpus = corpusOf([uneven])
    const few = planReplay(corpus, { seed: 7, lanes: 3 }).firstPlays
    expect(planReplay(corpus, { seed: 7, lanes: 30 }).firstPlays.slice(0, 3)).toEqual(few)
    expect(planReplay(corpus, { seed: 8, lanes: 3 }).firstPlays).not.toEqual(few)
  })

  test('ends where a subagent begins: the root that waits for it is not what comes next', () => {
    const spawning = traceOf('spawning', [
      { id: 'root', turns: [{}, { thinkMs: 0, needs: [on(1, 0, { delayMs: 50_000 })] }, {}] },
      { id: 'child', parent: 0, turns: [{ needs: [on(0, 0, { relation: 'spawn', delayMs: 300 })] }] },
    ])
    for (const { startTurn, residualThinkMs } of firstPlays(spawning, { start: { min: 0, max: 0.5 } }))
      expect([startTurn, residualThinkMs! > 0 && residualThinkMs! <= 300]).toEqual([0, true])
  })
})

describe('no residual', () => {
  const without: [string, ReturnType<typeof plainTrace>, LoadOverrides][] = [
    ['where the load does not ask for it', plainTrace('a', 9, 1_000), { residualThink: false }],
    ['where sessions are started at their beginnings', plainTrace('a', 9, 1_000), { start: { min: 0, max: 0 } }],
    ['where there is no think time', plainTrace('a', 9, 0), {}],
    ['where no warm-up sends the start turn', plainTrace('a', 9, 1_000), { warmup: { kind: 'none' } }],
    ['after the only turn', plainTrace('a', 1), {}],
  ]
  test.each(without)('%s', (_, trace, overrides) => {
    const plays = firstPlays(trace, overrides)
    expect(plays.filter(({ residualThinkMs }) => residualThinkMs !== undefined)).toEqual([])
  })
})
