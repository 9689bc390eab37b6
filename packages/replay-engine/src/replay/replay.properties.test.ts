import type { Trace } from '@reprise/trace'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { corpusOf, on, type SessionSketch, type TurnSketch, traceOf } from '../corpus.fixture.ts'
import { seededRandom } from '../plan/seeded-random.ts'
import type { PlannedRequest } from '../port/target.ts'
import { renderRecord } from '../record/parse-record.ts'
import type { RequestRecord } from '../record/request-record.ts'
import type { ScriptedReply } from '../stand-ins/scripted-target.ts'
import { type Rehearsal, rehearse } from './replay.fixture.ts'

const childSketch = fc.record({
  parent: fc.nat(),
  spawnedBy: fc.nat(),
  trigger: fc.constantFrom('dispatch' as const, 'completion' as const),
  delayMs: fc.nat({ max: 300 }),
  turns: fc.integer({ min: 1, max: 4 }),
  joins: fc.boolean(),
})

/** A trace of a root and up to five subagents, some of them subagents' own, joined by a later turn of their parent or running free. */
const anyTrace = fc
  .record({
    rootTurns: fc.integer({ min: 1, max: 6 }),
    thinkMs: fc.nat({ max: 300 }),
    children: fc.array(childSketch, { maxLength: 5 }),
  })
  .map(({ rootTurns, thinkMs, children }): ((id: string) => Trace) => {
    const turnsOf = (count: number): TurnSketch[] => Array.from({ length: count }, () => ({ thinkMs }))
    const sessions: (SessionSketch & { turns: TurnSketch[] })[] = [{ id: 'root', turns: turnsOf(rootTurns) }]
    for (const [c, child] of children.entries()) {
      const parent = child.parent % sessions.length
      const parentTurns = sessions[parent]!.turns
      const spawnedBy = child.spawnedBy % parentTurns.length
      const { trigger, delayMs } = child
      const turns = turnsOf(child.turns)
      turns[0] = { needs: [on(parent, spawnedBy, { trigger, delayMs, relation: 'spawn' })] }
      sessions.push({ id: `child-${c}`, parent, turns })
      const joining = parentTurns[spawnedBy + 1]
      if (child.joins && joining) {
        const join = on(sessions.length - 1, child.turns - 1, { relation: 'join' })
        parentTurns[spawnedBy + 1] = { ...joining, needs: [...(joining.needs ?? []), join] }
      }
    }
    return (id) => traceOf(id, sessions)
  })

const anyRehearsal = fc.record({
  traces: fc.array(anyTrace, { minLength: 1, maxLength: 4 }).map((traces) => traces.map((trace, i) => trace(`t${i}`))),
  lanes: fc.integer({ min: 1, max: 5 }),
  passes: fc.integer({ min: 1, max: 3 }),
  seed: fc.nat(),
})

type AnyRehearsal = typeof anyRehearsal extends fc.Arbitrary<infer T> ? T : never

function rehearsalOf({ traces, lanes, passes, seed }: AnyRehearsal, script: Rehearsal['script']): Rehearsal {
  const overrides = { until: { kind: 'passes', passes } as const, staggerMs: 50 }
  return { corpus: corpusOf(traces), lanes, seed, overrides, ...(script && { script }) }
}

/** A reply time drawn from the request's place, and from `flavour`. */
function anyPace(flavour: number): (request: PlannedRequest) => ScriptedReply {
  return ({ id }) => ({ firstTokenMs: Math.floor(seededRandom(flavour, id)() * 400) })
}

describe('any tree, any pace', () => {
  test('every turn of every tree is sent once in each pass, by one lane', async () => {
    await fc.assert(
      fc.asyncProperty(anyRehearsal, fc.nat(), async (any, pace) => {
        const { records, summary } = await rehearse(rehearsalOf(any, anyPace(pace)))
        const turns = any.traces.flatMap((t) => t.sessions.map((s) => s.turns.length)).reduce((a, b) => a + b, 0)
        expect(records).toHaveLength(turns * any.passes)
        expect(new Set(records.map(({ id }) => id)).size).toBe(records.length)
        const played = Map.groupBy(records, ({ trace, session, turn }) => `${trace} ${session}/${turn}`)
        for (const [turn, times] of played) expect(times, turn).toHaveLength(any.passes)
        expect(summary.plays.completed).toBe(any.traces.length * any.passes)
      }),
      { numRuns: 60 },
    )
  })

  test('each turn is due at the latest of its needs, and sent then; records come in the order of their ends', async () => {
    await fc.assert(
      fc.asyncProperty(anyRehearsal, fc.nat(), async (any, pace) => {
        const { records } = await rehearse(rehearsalOf(any, anyPace(pace)))
        const doneMs = records.map((record) => record.doneMs)
        expect(doneMs).toEqual(doneMs.toSorted((a, b) => a - b))
        for (const plays of Map.groupBy(records, ({ lane }) => lane).values()) expectLaneInOrder(any.traces, plays)
      }),
      { numRuns: 60 },
    )
  })

  test('slowing one lane changes no turn, order, content or instant of any other', async () => {
    await fc.assert(
      fc.asyncProperty(anyRehearsal, fc.nat(), async (any, slow) => {
        const slowLane = slow % any.lanes
        const normal = await rehearse(rehearsalOf(any, anyPace(7)))
        const slowed = await rehearse(
          rehearsalOf(any, (request) => {
            const reply = anyPace(7)(request)
            return request.lane === slowLane ? { firstTokenMs: reply.firstTokenMs * 9 + 1_000 } : reply
          }),
        )
        const others = ({ lane }: { lane: number }) => lane !== slowLane
        expect(slowed.records.filter(others).map(renderRecord).toSorted()).toEqual(
          normal.records.filter(others).map(renderRecord).toSorted(),
        )
        expect(Map.groupBy(slowed.requests.filter(others), ({ lane }) => lane)).toEqual(
          Map.groupBy(normal.requests.filter(others), ({ lane }) => lane),
        )
      }),
      { numRuns: 40 },
    )
  })

  test('which turns a refused one takes with it depends on the tree and not on the pace', async () => {
    await fc.assert(
      fc.asyncProperty(anyRehearsal, fc.nat(), async (any, refused) => {
        const refuse =
          (pace: number) =>
          (request: PlannedRequest): ScriptedReply => ({
            ...anyPace(pace)(request),
            ...(seededRandom(refused, request.id)() < 0.15 && {
              outcome: { kind: 'truncated', message: 'too long' } as const,
            }),
          })
        const [one, other] = await Promise.all([1, 2].map((pace) => rehearse(rehearsalOf(any, refuse(pace)))))
        const told = (records: readonly RequestRecord[]) =>
          records.map(({ id, outcome }) => `${id} ${outcome.kind}`).toSorted()
        expect(told(one!.records)).toEqual(told(other!.records))
      }),
      { numRuns: 60 },
    )
  })
})

/** Recomputes the due instants of a lane from the instants that its records tell. */
function expectLaneInOrder(traces: readonly Trace[], records: readonly RequestRecord[]): void {
  const plays = Map.groupBy(records, ({ play }) => play)
  let startMs = records[0]!.lane * 50
  for (const play of [...plays.keys()].sort((a, b) => a - b)) {
    const tree = plays.get(play)!
    const trace = traces.find(({ id }) => id === tree[0]!.trace)!
    const at = (session: number, turn: number) =>
      tree.find((record) => record.session === trace.sessions[session]!.id && record.turn === turn)!
    for (const [s, session] of trace.sessions.entries()) {
      for (const [t, turn] of session.turns.entries()) {
        const instants = turn.needs.map(({ on: { session, turn }, trigger, delayMs }) => {
          const needed = at(session, turn)
          return (trigger === 'dispatch' ? needed.sentMs! : needed.doneMs) + delayMs
        })
        expect(at(s, t).dueMs).toBe(Math.max(startMs, ...instants))
        expect(at(s, t).sentMs).toBe(at(s, t).dueMs)
      }
    }
    startMs = Math.max(...tree.map(({ doneMs }) => doneMs))
  }
}

test('thousands of turns twice, with warm-up, window and failures: the same bytes', async () => {
  const random = seededRandom(5, 'corpus')
  const traces = Array.from({ length: 60 }, (_, i) => {
    const turns = 5 + Math.floor(random() * 60)
    return traceOf(`t${i}`, [
      { id: 'root', turns: Array.from({ length: turns }, () => ({ thinkMs: Math.floor(random() * 20_000) })) },
      { id: 'child', parent: 0, turns: [{ needs: [on(0, 2, { relation: 'spawn' })] }, {}, {}] },
    ])
  })
  const run = () =>
    rehearse({
      corpus: corpusOf(traces),
      lanes: 64,
      seed: 42,
      overrides: { start: { min: 0, max: 0.7 }, staggerMs: 50, until: { kind: 'window', durationMs: 1_800_000 } },
      script: (request) => {
        const draw = seededRandom(1, request.id)()
        const failure = { kind: 'failed', class: 'disconnect', message: 'gone' } as const
        return {
          firstTokenMs: 500 + draw * 20_000,
          tokenMs: 7,
          chunkTokens: 3,
          ...(draw < 0.05 && { outcome: failure }),
        }
      },
      options: { keepChunkGaps: true },
    })
  const [one, other] = [await run(), await run()]
  expect(one.records.length).toBeGreaterThan(4_000)
  expect(one.records.map(renderRecord).join('\n')).toBe(other.records.map(renderRecord).join('\n'))
  expect(one.summary).toEqual(other.summary)
})
