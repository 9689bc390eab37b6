import { describe, expect, test } from 'vitest'
import { corpusOf, on, traceOf } from '../corpus.fixture.ts'
import { playOf } from './load.ts'
import { planReplay } from './plan-replay.ts'
import type { PlannedTree } from './planned-tree.ts'
import type { Snapshot } from './play.ts'
import { snapshotOf } from './snapshot-of.ts'

/** The root from 0 to 1,000 s; a subagent that is over early, one at work in the middle, and one that comes late. */
const family = traceOf('family', [
  { id: 'root', turns: [0, 100, 500, 900, 1_000].map((s) => ({ startMs: s * 1_000, apiMs: 5_000 })) },
  { id: 'early', parent: 0, turns: [10, 20].map((s) => ({ startMs: s * 1_000, needs: [on(0, 0)] })) },
  { id: 'middle', parent: 0, turns: [120, 450, 800].map((s) => ({ startMs: s * 1_000, needs: [on(0, 1)] })) },
  { id: 'late', parent: 0, turns: [{ startMs: 950_000, needs: [on(0, 3)] }] },
])

const plans = (seed: number) => planReplay(corpusOf([family]), { seed, lanes: 1, preset: 'agentx-v1' })

function at(shareOfTime: number): Snapshot {
  const load = {
    start: { min: shareOfTime, max: shareOfTime },
    timeScale: 1,
    warmup: { kind: 'primers', againPerLane: 10 },
  } as const
  return snapshotOf({ seed: 1, load }, 0, plans(1).trees[0]!)
}

describe('a tree at an instant of its recorded time', () => {
  test('each session goes on with its first turn at or after it; the turn before is what warms it up', () => {
    expect(at(0.46)).toEqual({
      atMs: 460_000,
      timeScale: 1,
      from: [2, 2, 2, 0],
      primers: [
        { sessionIndex: 0, turn: 1 },
        { sessionIndex: 2, turn: 1 },
      ],
      again: 10,
    })
  })

  test('at the instant of a turn, that turn is still to come', () => {
    expect(at(0.5).from).toEqual([2, 2, 2, 0])
    expect(at(0.501).from).toEqual([3, 2, 2, 0])
  })

  test('at the end all but the last are over', () => {
    expect(at(1)).toMatchObject({ from: [4, 2, 3, 1], primers: [{ sessionIndex: 0, turn: 3 }] })
  })

  test('a tree of one request is found at its beginning, and nothing warms it up', () => {
    const corpus = corpusOf([traceOf('one', [{ id: 'root', turns: [{ startMs: 700 }] }])])
    const plan = planReplay(corpus, { seed: 1, lanes: 1, preset: 'agentx-v1' })
    expect(playOf(plan, 0, 0)?.snapshot).toEqual({ atMs: 700, timeScale: 1, from: [0], primers: [], again: 0 })
  })

  test('is each lane’s own, of the first play alone, and listed in the plan', () => {
    const plan = planReplay(corpusOf([family]), { seed: 1, lanes: 4, preset: 'agentx-v1' })
    const instants = plan.firstPlays.map(({ startMs }) => startMs)
    expect(new Set(instants).size).toBe(4)
    expect([0, 1, 2, 3].map((lane) => playOf(plan, lane, 0)?.snapshot?.atMs)).toEqual(instants)
    expect(playOf(plan, 0, 1)?.snapshot).toBeUndefined()
  })
})

test('over a thousand seeds the share of recorded time that is skipped is uniform from 25 to 75 %', () => {
  const shares = Array.from({ length: 1_000 }, (_, seed) => plans(seed).firstPlays[0]!.startMs! / 1_000_000)
  expect(Math.min(...shares)).toBeGreaterThanOrEqual(0.25)
  expect(Math.max(...shares)).toBeLessThanOrEqual(0.75)
  // The critical value of Kolmogorov and Smirnov at 1 %.
  expect(distanceFromUniform(shares.map((share) => (share - 0.25) / 0.5))).toBeLessThan(1.63 / Math.sqrt(1_000))
})

test('the shares of two seeds, and of two lanes of one, have nothing to do with each other', () => {
  const corpus = corpusOf([family])
  const ofLanes = planReplay(corpus, { seed: 3, lanes: 1_000, preset: 'agentx-v1' }).firstPlays
  expect(distanceFromUniform(ofLanes.map(({ startMs }) => (startMs! / 1_000_000 - 0.25) / 0.5))).toBeLessThan(0.0516)
})

/** The largest distance between the distribution of the values and the uniform one on 0 to 1. */
function distanceFromUniform(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return Math.max(...sorted.map((value, i) => Math.max((i + 1) / sorted.length - value, value - i / sorted.length)))
}

test('a tree is found by its turns alone', () => {
  const tree: PlannedTree = {
    traceId: 't',
    trace: 0,
    sessions: [
      { id: 'root', turns: [5, 15].map((startMs) => ({ inputTokens: 1, outputTokens: 1, needs: [], startMs })) },
    ],
  }
  const load = { start: { min: 0.5, max: 0.5 }, timeScale: 0.1, warmup: { kind: 'none' } } as const
  expect(snapshotOf({ seed: 1, load }, 0, tree)).toEqual({ atMs: 10, timeScale: 0.1, from: [1], primers: [], again: 0 })
})
