import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Dependency, EdgeRule, Trace } from '../corpus.ts'
import { inferEdges } from './infer-edges.ts'

interface Times {
  readonly parent?: number
  readonly turns: readonly (readonly [startMs: number, endMs?: number])[]
}

function traceOf(sessions: readonly Times[]): Trace {
  return {
    id: 't',
    models: [],
    sessions: sessions.map(({ parent, turns }, index) => ({
      id: `s${index}`,
      ...(parent !== undefined && { parent }),
      toolTokens: 0,
      systemTokens: 0,
      turns: turns.map(([startMs, endMs]) => ({
        inputTokens: 1,
        outputTokens: 1,
        sharedBlocks: 0,
        ownBlocks: new Uint32Array(0),
        startMs,
        ...(endMs !== undefined && { apiMs: endMs - startMs }),
        model: 'm',
        inputKinds: [],
        outputKinds: [],
        needs: [],
      })),
    })),
  }
}

/** `0.1 completion +90 sequence` */
function edgesOf(sessions: readonly Times[], rule: EdgeRule): string[][][] {
  const words = ({ on, trigger, delayMs, relation }: Dependency) =>
    `${on.session}.${on.turn} ${trigger} +${delayMs} ${relation}`
  return inferEdges(traceOf(sessions), rule).sessions.map(({ turns }) => turns.map(({ needs }) => needs.map(words)))
}

/** A parent that starts a child, and goes on after it. */
const family: Times[] = [
  { turns: [[100, 110], [200]] },
  {
    parent: 0,
    turns: [
      [120, 130],
      [150, 160],
    ],
  },
]

test('dispatch: the child is sent so long after its parent was, and joined with the gap behind its last reply', () => {
  expect(edgesOf(family, 'dispatch')).toEqual([
    [[], ['0.0 completion +90 sequence', '1.1 completion +40 join']],
    [['0.0 dispatch +20 spawn'], ['1.0 completion +20 sequence']],
  ])
})

test('completion: the child waits for the reply before it, and one gap stands behind all that a turn waits for', () => {
  expect(edgesOf(family, 'completion')).toEqual([
    [[], ['0.0 completion +40 sequence', '1.1 completion +40 join']],
    [['0.0 completion +10 spawn'], ['1.0 completion +20 sequence']],
  ])
})

test('frontier: what had ended before holds a turn back without a gap of its own', () => {
  expect(edgesOf(family, 'frontier')).toEqual([
    [[], ['0.0 completion +90 sequence', '1.1 completion +0 join']],
    [['0.0 dispatch +20 spawn', '0.0 completion +0 join'], ['1.0 completion +20 sequence']],
  ])
})

test('frontier: of two that had ended, one that the other had waited for says nothing; touching counts as ended', () => {
  const turns = (...times: [number, number][]): Times => ({ parent: 0, turns: times })
  const sessions = [{ turns: [[0, 10] as const, [100] as const] }, turns([20, 30]), turns([30, 40]), turns([35, 60])]
  expect(edgesOf(sessions, 'frontier')[0]![1]).toEqual([
    '0.0 completion +90 sequence',
    // s1 ended at 30, as s2 began: s2 stands for it. s3 began before s2 ended, so both count.
    '2.0 completion +0 join',
    '3.0 completion +0 join',
  ])
})

test('a child that began beside its parent, that nobody waits for, and one that nobody started', () => {
  const sessions: Times[] = [{ turns: [[10, 50]] }, { parent: 0, turns: [[20, 30]] }, { parent: 0, turns: [[5, 8]] }]
  expect(edgesOf(sessions, 'dispatch')).toEqual([
    // The first of all is the child that nobody started.
    [['2.0 completion +2 join']],
    [['0.0 dispatch +10 background']],
    [[]],
  ])
  expect(edgesOf(sessions, 'completion')[1]).toEqual([['2.0 dispatch +15 background']])
})

test.each(['dispatch', 'completion', 'frontier'] as const)('%s: whatever the times, every turn can be sent', (rule) => {
  const turn = fc.tuple(fc.nat(6), fc.nat(3)).map(([start, ms]) => [start, start + ms] as const)
  const sessions = fc.array(fc.record({ parent: fc.nat(5), turns: fc.array(turn, { minLength: 1, maxLength: 4 }) }), {
    minLength: 1,
    maxLength: 6,
  })
  fc.assert(
    fc.property(sessions, (made) => {
      const tree = made.map(({ parent, turns }, i): Times => (i === 0 ? { turns } : { parent: parent % i, turns }))
      const trace = inferEdges(traceOf(tree), rule)
      const all = trace.sessions.flatMap(({ turns }, session) => turns.map(({ needs }, at) => ({ at, session, needs })))
      expect(all.filter(({ needs }) => needs.length === 0)).toHaveLength(1)
      const done = new Set<string>()
      for (let before = -1; before !== done.size; ) {
        before = done.size
        for (const { session, at, needs } of all)
          if (needs.every(({ on }) => done.has(`${on.session}.${on.turn}`))) done.add(`${session}.${at}`)
      }
      expect(done.size).toBe(all.length)
      for (const { needs } of all) for (const { delayMs } of needs) expect(delayMs).toBeGreaterThanOrEqual(0)
    }),
  )
})

test('a tree with thousands of sessions takes no time that grows with their square', () => {
  const children = Array.from({ length: 4000 }, (_, i): Times => ({ parent: 0, turns: [[10 + i, 12 + i]] }))
  const trace = inferEdges(traceOf([{ turns: [[0, 5], [10_000]] }, ...children]), 'frontier')
  expect(trace.sessions[0]?.turns[1]?.needs.length).toBeLessThan(10)
})
