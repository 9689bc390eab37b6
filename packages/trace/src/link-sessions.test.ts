import { describe, expect, test } from 'vitest'
import type { Launch, Turn } from './corpus.ts'
import { linkSessions, type UnlinkedSession } from './link-sessions.ts'

describe('a session by itself', () => {
  test('the first turn waits for nothing, each later one for the one before, by its think time', () => {
    expect(needs([root(turn(0, { apiMs: 5000 }), turn(9000, { apiMs: 1, thinkMs: 3500 }))])).toEqual([
      [],
      ['sequence 0.0 completion 3500'],
    ])
  })

  test('without a think time: the gap; without a server time: the difference of starts; never below 0', () => {
    const turns = [turn(0, { apiMs: 5000 }), turn(9000), turn(12_000, { apiMs: 9000 }), turn(13_000)]
    expect(needs([root(...turns)]).slice(1)).toEqual([
      ['sequence 0.0 completion 4000'],
      ['sequence 0.1 completion 3000'],
      ['sequence 0.2 completion 0'],
    ])
  })
})

describe('after a turn without a server time', () => {
  test('a think time that began before that turn is cut to the difference of starts', () => {
    const turns = [
      turn(0, { apiMs: 1000 }),
      turn(5000, { thinkMs: 4000 }),
      turn(14_000, { thinkMs: 13_000 }),
      turn(24_000, { thinkMs: 3000 }),
    ]
    expect(needs([root(...turns)]).slice(1)).toEqual([
      ['sequence 0.0 completion 4000'],
      ['sequence 0.1 completion 9000'],
      ['sequence 0.2 completion 3000'],
    ])
  })
})

describe('subagents', () => {
  const first = turn(0, { apiMs: 10_000 })

  test('a group is joined with the gap after its last end, and the wait is not counted twice', () => {
    const next = turn(100_000, { thinkMs: 90_000 })
    const group = [
      child({ afterTurn: 0, startMs: 11_000, endMs: 50_000 }),
      child({ afterTurn: 0, startMs: 11_000, endMs: 80_000 }),
    ]
    expect(needs([root(first, next), ...group])).toEqual([
      [],
      ['sequence 0.0 completion 20000', 'join 1.0 completion 20000', 'join 2.0 completion 20000'],
      ['spawn 0.0 completion 1000'],
      ['spawn 0.0 completion 1000'],
    ])
  })

  test('an end within the rounding of the next start is joined at once', () => {
    const found = needs([
      root(first, turn(50_000, { thinkMs: 40_000 })),
      child({ afterTurn: 0, startMs: 11_000, endMs: 50_900 }),
    ])
    expect(found[1]).toEqual(['sequence 0.0 completion 0', 'join 1.0 completion 0'])
  })

  test('nobody waits for an async one, nor for one that outlives the next start', () => {
    const next = turn(50_000, { thinkMs: 40_000 })
    const group = [child({ afterTurn: 0, startMs: 11_000 }), child({ afterTurn: 0, startMs: 11_000, endMs: 51_100 })]
    expect(needs([root(first, next), ...group]).slice(1)).toEqual([
      ['sequence 0.0 completion 40000'],
      ['background 0.0 completion 1000'],
      ['background 0.0 completion 1000'],
    ])
  })

  test('one that started while its parent was still answering hangs on the dispatch', () => {
    const found = needs([root(first, turn(50_000)), child({ afterTurn: 0, startMs: 4000, endMs: 20_000 })])
    expect(found[2]).toEqual(['spawn 0.0 dispatch 4000'])
  })

  test('one after the last turn has a start and no join', () => {
    expect(needs([root(first), child({ afterTurn: 0, startMs: 12_000, endMs: 20_000 })])).toEqual([
      [],
      ['spawn 0.0 completion 2000'],
    ])
  })

  test('one before the first turn starts with the tree when the turn waited for it', () => {
    const found = needs([root(turn(30_000), turn(60_000, { thinkMs: 1 })), child({ startMs: 0, endMs: 20_000 })])
    expect(found).toEqual([['join 1.0 completion 10000'], ['sequence 0.0 completion 1'], []])
  })

  test('one before the first turn starts beside it when the turn did not wait', () => {
    const found = needs([root(turn(0, { apiMs: 1 }), turn(60_000)), child({ startMs: 3000, endMs: 90_000 })])
    expect(found[0]).toEqual([])
    expect(found[2]).toEqual(['background 0.0 dispatch 3000'])
  })

  test("a subagent's own subagents end with it: those it waited for at its end are joined by its parent", () => {
    const middle = child({ afterTurn: 0, startMs: 11_000, endMs: 90_000 })
    const inner = { ...child({ afterTurn: 0, startMs: 20_000, endMs: 80_000 }), parent: 1 }
    const lost = { ...child({ afterTurn: 0, startMs: 20_000 }), parent: 1 }
    const found = needs([root(first, turn(95_000)), middle, inner, lost])
    expect(found[1]).toEqual(['sequence 0.0 completion 5000', 'join 1.0 completion 5000', 'join 2.0 completion 5000'])
    expect(found[3]).toEqual(['spawn 1.0 completion 8000'])
    expect(found[4]).toEqual(['background 1.0 completion 8000'])
  })

  test("before a subagent's first turn, its own subagent waits for what the subagent waits for", () => {
    const middle: UnlinkedSession = {
      ...child({ afterTurn: 0, startMs: 11_000, endMs: 60_000 }),
      turns: [turn(40_000)],
    }
    const inner = { ...child({ startMs: 12_000, endMs: 30_000 }), parent: 1 }
    const found = needs([root(first, turn(70_000)), middle, inner])
    expect(found[2]).toEqual(['spawn 0.0 completion 30000', 'join 2.0 completion 10000'])
    expect(found[3]).toEqual(['spawn 0.0 completion 2000'])
  })

  test('with absolute starts, gaps come from the starts: think times there count from any reply in the tree', () => {
    const sessions = [root(first, turn(50_000, { thinkMs: 2 })), child({ afterTurn: 0, startMs: 11_000 })]
    expect(needs(sessions, 'start-absolute')[1]).toEqual(['sequence 0.0 completion 40000'])
    expect(needs(sessions.slice(0, 1), 'start-absolute')[1]).toEqual(['sequence 0.0 completion 2'])
  })
})

type Unlinked = Omit<Turn, 'needs'>

/** The needs of every turn in order of sessions and turns, in short. */
function needs(
  sessions: readonly UnlinkedSession[],
  basis: 'completion-relative' | 'start-absolute' = 'completion-relative',
) {
  return linkSessions(sessions, { basis }).flatMap((session) =>
    session.turns.map((found) =>
      found.needs.map(
        ({ relation, on, trigger, delayMs }) => `${relation} ${on.session}.${on.turn} ${trigger} ${delayMs}`,
      ),
    ),
  )
}

function turn(startMs: number, times: { apiMs?: number; thinkMs?: number } = {}): Unlinked {
  const kinds = { inputKinds: [], outputKinds: [] }
  return {
    inputTokens: 1,
    outputTokens: 1,
    sharedBlocks: 0,
    ownBlocks: new Uint32Array(0),
    model: 'm',
    ...kinds,
    startMs,
    ...times,
  }
}

function root(...turns: Unlinked[]): UnlinkedSession {
  return { id: 'root', toolTokens: 0, systemTokens: 0, turns }
}

/** A subagent of the root with one turn, of 1 s, at its start. */
function child(launch: Launch): UnlinkedSession {
  return {
    id: 'agent',
    parent: 0,
    launch,
    toolTokens: 0,
    systemTokens: 0,
    turns: [turn(launch.startMs, { apiMs: 1000 })],
  }
}
