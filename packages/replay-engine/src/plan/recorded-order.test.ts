import type { Session } from '@reprise/trace'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { on, type TurnSketch, traceOf } from '../corpus.fixture.ts'
import { recordedOrder } from './recorded-order.ts'

/** `start-end` of each turn, by session. A session's turns wait for each other. */
function sessionsOf(...intervals: string[][]): readonly Session[] {
  return traceOf(
    't',
    intervals.map((turns, s) => ({
      id: `s${s}`,
      ...(s > 0 && { parent: 0 }),
      turns: turns.map((text) => {
        const [startMs, endMs] = text.split('-').map(Number)
        return { startMs: startMs!, ...(endMs !== undefined && { apiMs: endMs - startMs! }) }
      }),
    })),
  ).sessions
}

function orderOf(...intervals: string[][]): Record<string, string[]> {
  const order = recordedOrder(sessionsOf(...intervals))
  return Object.fromEntries(
    order.flatMap((turns, s) =>
      turns.flatMap((needs, t) =>
        needs.length > 0 ? [[`${s}.${t}`, needs.map(({ session, turn }) => `${session}.${turn}`)]] : [],
      ),
    ),
  )
}

describe('a turn waits for what had ended elsewhere when it started', () => {
  test('of each other session for the latest', () => {
    expect(orderOf(['0-10', '50-60'], ['12-20', '25-30'], ['28-45'])).toEqual({
      '0.1': ['1.1', '2.0'],
      '1.0': ['0.0'],
      '2.0': ['1.0'],
    })
  })

  test('for none of which another one began after the end', () => {
    expect(orderOf(['0-10', '50-60'], ['12-20'], ['25-45'])).toEqual({ '0.1': ['2.0'], '1.0': ['0.0'], '2.0': ['1.0'] })
  })

  test('for nothing that overlaps it', () => {
    expect(orderOf(['0-100', '110-120'], ['50-105'])).toEqual({ '0.1': ['1.0'] })
  })

  test('an end and a start of one instant are in order, equal starts are not', () => {
    expect(orderOf(['0-10'], ['10-20'])).toEqual({ '1.0': ['0.0'] })
    expect(orderOf(['10-10'], ['10-20'])).toEqual({})
  })

  test('a reply whose server time is not known took none', () => {
    expect(orderOf(['0'], ['5-9'])).toEqual({ '1.0': ['0.0'] })
  })

  test('for nothing that the turn before it waited for', () => {
    expect(orderOf(['0-10', '50-60', '70-80'], ['12-20'])).toEqual({ '0.1': ['1.0'], '1.0': ['0.0'] })
  })

  test('a session alone has no order but its own', () => {
    expect(orderOf(['0-10', '20-30'])).toEqual({})
  })

  test('for nothing that waits for it by what was recorded, though rounding has it the other way round', () => {
    const turns: TurnSketch[] = [
      { startMs: 0, apiMs: 1 },
      { startMs: 100, needs: [on(1, 0, { relation: 'join' })] },
    ]
    const child: TurnSketch[] = [{ startMs: 100.4, apiMs: 1, needs: [on(0, 0, { relation: 'spawn' })] }]
    const { sessions } = traceOf('t', [
      { id: 'root', turns },
      { id: 'child', parent: 0, turns: child },
    ])
    expect(recordedOrder(sessions)).toEqual([[[], []], [[]]])
  })
})

test('any tree: what the rule says, turn by turn, follows from the edges and the sessions’ own order, and nothing else does', () => {
  const session = fc
    .array(fc.tuple(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 12 })), { minLength: 1, maxLength: 6 })
    .map((gaps) => {
      let ms = 0
      return gaps.map(([gap, length]) => {
        ms += gap
        return `${ms}-${ms + length}`
      })
    })
  fc.assert(
    fc.property(fc.array(session, { minLength: 2, maxLength: 4 }), (intervals) => {
      const sessions = sessionsOf(...intervals)
      const order = recordedOrder(sessions)
      for (const [s, { turns }] of sessions.entries())
        for (const t of turns.keys()) {
          const before = reached(order, s, t)
          for (const { session, turn } of order[s]![t]!)
            expect(frontierOf(sessions, s, t)).toContain(`${session}.${turn}`)
          for (const each of frontierOf(sessions, s, t)) expect(before).toContain(each)
        }
    }),
  )
})

/** The rule of AgentX as it is written, one turn at a time. */
function frontierOf(sessions: readonly Session[], s: number, t: number): string[] {
  const target = sessions[s]!.turns[t]!
  const latest = sessions.flatMap(({ turns }, session) => {
    if (session === s) return []
    const ended = turns
      .map(({ startMs, apiMs = 0 }, turn) => ({ session, turn, startMs, endMs: startMs + apiMs }))
      .filter(({ startMs, endMs }) => startMs < target.startMs && endMs <= target.startMs)
      .sort((a, b) => a.endMs - b.endMs || a.startMs - b.startMs || a.turn - b.turn)
    return ended.slice(-1)
  })
  return latest
    .filter((one) => !latest.some((other) => one.startMs < other.startMs && one.endMs <= other.startMs))
    .map(({ session, turn }) => `${session}.${turn}`)
}

/** Everything that comes before a turn by its session's order and by the edges. */
function reached(order: ReturnType<typeof recordedOrder>, s: number, t: number): Set<string> {
  const seen = new Set<string>()
  const waiting = [[s, t] as const]
  for (const [session, turn] of waiting) {
    const needs = order[session]![turn]!.map((each) => [each.session, each.turn] as const)
    for (const each of turn > 0 ? [[session, turn - 1] as const, ...needs] : needs) {
      if (seen.has(each.join('.'))) continue
      seen.add(each.join('.'))
      waiting.push(each)
    }
  }
  return seen
}
