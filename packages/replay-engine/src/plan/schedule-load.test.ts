import { describe, expect, test } from 'vitest'
import { corpusOf, on, traceOf } from '../corpus.fixture.ts'
import { arrivalsOf } from './load.ts'
import type { LoadOverrides } from './plan-load.ts'
import { planReplay } from './plan-replay.ts'

/** Two traces: one begins at 5 s with a subagent, the other, later in the corpus, at 4 s. */
const corpus = corpusOf([
  traceOf(
    'a',
    [
      { id: 'root', turns: [{ startMs: 0 }, { startMs: 900, thinkMs: 300 }] },
      { id: 'child', parent: 0, turns: [{ startMs: 200, needs: [on(0, 0, { delayMs: 50, relation: 'spawn' })] }] },
    ],
    5_000,
  ),
  traceOf('b', [{ id: 'root', turns: [{ startMs: 0 }] }], 4_000),
])

function planned(overrides: LoadOverrides = {}) {
  const plan = planReplay(corpus, { seed: 1, preset: 'fixed-schedule', overrides })
  const { slots, dueMs, playOf } = arrivalsOf(plan)
  const turns = plan.trees.flatMap(({ sessions }) => sessions.flatMap((session) => session.turns))
  return {
    arrivals: Array.from({ length: slots }, (_, slot) => [playOf(slot, 0)?.tree.traceId, dueMs(slot)]),
    targets: turns.map(({ targetMs }) => targetMs),
    delays: turns.flatMap(({ needs }) => needs.map(({ delayMs }) => delayMs)),
  }
}

describe('a schedule', () => {
  test('counts from its first arrival, in the order of arrivals, and waits for no gap beside its own times', () => {
    expect(planned()).toEqual({
      arrivals: [
        ['b', 0],
        ['a', 1_000],
      ],
      targets: [1_000, 1_900, 1_200, 0],
      delays: [0, 0],
    })
  })

  test('or from the beginning of the recording', () => {
    expect(planned({ autoOffset: false }).targets).toEqual([5_000, 5_900, 5_200, 4_000])
  })

  test('ten times as fast, times and gaps are a tenth', () => {
    const { targets, delays } = planned({ timeScale: 0.1, turns: 'gaps' })
    expect(targets).toEqual([100, undefined, undefined, 0])
    expect(delays).toEqual([30, 5])
  })

  test('is played once', () => {
    expect(() => planned({ until: { kind: 'passes', passes: 2 } })).toThrow(/a schedule is played once; give 1/)
  })
})
