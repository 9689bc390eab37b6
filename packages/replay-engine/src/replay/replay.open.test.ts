import { describe, expect, test } from 'vitest'
import type { Clock } from '../clock/clock.ts'
import { VirtualClock } from '../clock/virtual-clock.ts'
import { corpusOf, on, plainTrace, traceOf } from '../corpus.fixture.ts'
import { planReplay } from '../plan/plan-replay.ts'
import type { RequestRecord } from '../record/request-record.ts'
import { ScriptedTarget } from '../stand-ins/scripted-target.ts'
import { rehearse, schedule } from './replay.fixture.ts'
import { replay } from './replay.ts'

const preset = 'fixed-schedule'

/** Dynamo's own example: P1 from 100 to 110, its child C1 from 120 and C2 from 150, ten long each, and P2 at 200. */
const family = corpusOf([
  traceOf('t', [
    {
      id: 'parent',
      turns: [
        { startMs: 100, apiMs: 10 },
        { startMs: 200, thinkMs: 90, needs: [on(1, 1, { delayMs: 40, relation: 'join' })] },
      ],
    },
    {
      id: 'child',
      parent: 0,
      turns: [
        { startMs: 120, apiMs: 10, needs: [on(0, 0, { trigger: 'dispatch', delayMs: 20, relation: 'spawn' })] },
        { startMs: 150, apiMs: 10, thinkMs: 20 },
      ],
    },
  ]),
])

/** Replies take so long; the parent's first takes `firstMs`. */
function replies(ms: number, firstMs = ms) {
  return ({ sessionIndex, turn }: { sessionIndex: number; turn: number }) => ({
    firstTokenMs: sessionIndex === 0 && turn === 0 ? firstMs : ms,
  })
}

describe('a schedule, by recorded times', () => {
  test('a server as fast as the recorded one: every turn leaves when it was recorded to', async () => {
    const { records } = await rehearse({ corpus: family, preset, script: replies(10) })
    expect(schedule(records)).toEqual([
      '0-10 parent/0', //
      '20-30 child/0',
      '50-60 child/1',
      '100-110 parent/1',
    ])
    for (const { dueMs, targetMs, sentMs } of records) expect([targetMs, sentMs]).toEqual([dueMs, dueMs])
  })

  test('a slow one: a turn waits for what it needs and for no gap after that, and what it lost is on record', async () => {
    const { records } = await rehearse({ corpus: family, preset, script: replies(10, 140) })
    expect(schedule(records)).toEqual([
      '0-140 parent/0', //
      '20-30 child/0',
      '50-60 child/1',
      '140-150 parent/1',
    ])
    expect(records.map(drift)).toEqual([0, 0, 0, 40])
  })

  test('by gaps: each edge keeps its own, and the latest decides', async () => {
    const overrides = { turns: 'gaps' } as const
    const asRecorded = await rehearse({ corpus: family, preset, overrides, script: replies(10) })
    expect(schedule(asRecorded.records).at(-1)).toBe('100-110 parent/1')
    const slowParent = await rehearse({ corpus: family, preset, overrides, script: replies(10, 50) })
    expect(schedule(slowParent.records).at(-1)).toBe('140-150 parent/1')
    const slowChild = await rehearse({ corpus: family, preset, overrides, script: replies(80, 10) })
    expect(schedule(slowChild.records)).toEqual([
      '0-10 parent/0', //
      '20-100 child/0',
      '120-200 child/1',
      '240-320 parent/1',
    ])
  })

  test('trees arrive whatever became of those before, and a record says in which slot', async () => {
    const corpus = corpusOf([traceOf('late', [{ id: 'late', turns: [{}] }], 300), plainTrace('first', 1)])
    const { records, summary } = await rehearse({ corpus, preset, script: () => ({ firstTokenMs: 1_000 }) })
    expect(records.map(({ id, dueMs, doneMs }) => [id, dueMs, doneMs])).toEqual([
      ['0.0.0.0', 0, 1_000],
      ['1.0.0.0', 300, 1_300],
    ])
    expect(summary).toMatchObject({ ended: 'passes', plays: { started: 2, completed: 2 } })
  })
})

describe('a client that comes late', () => {
  /** Timers fire at whole seconds alone. */
  class SlowClock implements Clock {
    readonly #clock: Clock

    constructor(clock: Clock) {
      this.#clock = clock
    }

    now(): number {
      return this.#clock.now()
    }

    at(ms: number, run: () => void) {
      return this.#clock.at(Math.ceil(Math.max(ms, this.now()) / 1_000) * 1_000, run)
    }
  }

  test('what was due in the window is sent, however late, or on record as never sent; nothing is dropped', async () => {
    const corpus = corpusOf([plainTrace('a', 1)])
    const plan = planReplay(corpus, {
      ...{ seed: 1, preset: 'rate', sessionsPerS: 10 },
      overrides: { arrivals: { kind: 'constant' }, until: { kind: 'window', durationMs: 2_500 } },
    })
    const virtual = new VirtualClock()
    const clock = new SlowClock(virtual)
    const records: RequestRecord[] = []
    const target = new ScriptedTarget(virtual, () => ({ firstTokenMs: 10 }))
    const { plays, phases } = await virtual.run(() =>
      replay({ plan, corpus, clock, target, onRecord: (record) => records.push(record) }),
    )
    const of = (kind: string) => records.filter(({ outcome }) => outcome.kind === kind)
    expect(of('ok').map(({ dueMs, sentMs }) => sentMs! - dueMs)).toEqual(
      Array.from({ length: 21 }, (_, i) => Math.ceil(i / 10) * 1_000 - i * 100),
    )
    expect(of('cancelled').map(({ dueMs, sentMs, phase }) => [dueMs, sentMs, phase])).toEqual(
      [2_100, 2_200, 2_300, 2_400].map((dueMs) => [dueMs, undefined, 'profiling']),
    )
    expect(plays).toEqual({ started: 25, completed: 21, truncated: 0, cut: 4 })
    expect(phases).toEqual([{ phase: 'profiling', startMs: 0, endMs: 3_000 }])
  })
})

describe('a rate', () => {
  const corpus = corpusOf([plainTrace('a', 2, 500), plainTrace('b', 1), plainTrace('c', 3, 10)])
  const constant = { kind: 'constant' } as const

  test('sessions arrive when they are to, and go on at the pace of their replies', async () => {
    const { records } = await rehearse({
      corpus: corpusOf([plainTrace('a', 2, 500)]),
      preset: 'rate',
      sessionsPerS: 2,
      overrides: { arrivals: constant, until: { kind: 'passes', passes: 2 } },
      script: () => ({ firstTokenMs: 700 }),
    })
    expect(records.map(({ id, dueMs }) => [id, dueMs])).toEqual([
      ['0.0.0.0', 0],
      ['1.0.0.0', 500],
      ['0.0.0.1', 1_200],
      ['1.0.0.1', 1_700],
    ])
  })

  test('a window ends it: what has not arrived does not come, and what is in flight may end', async () => {
    const { records, summary } = await rehearse({
      corpus,
      preset: 'rate',
      sessionsPerS: 10,
      overrides: { arrivals: constant, until: { kind: 'window', durationMs: 1_000 }, drainMs: 5_000 },
      script: () => ({ firstTokenMs: 2_000 }),
    })
    expect(records.map(({ dueMs }) => dueMs)).toEqual([0, 100, 200, 300, 400, 500, 600, 700, 800, 900])
    expect(summary).toMatchObject({ ended: 'window', plays: { started: 10 } })
  })

  test('a window is as long as it is, though everything has been answered before', async () => {
    const { summary } = await rehearse({
      corpus,
      preset: 'rate',
      sessionsPerS: 3,
      overrides: { arrivals: constant, until: { kind: 'window', durationMs: 900 } },
      script: () => ({ firstTokenMs: 1 }),
    })
    expect(summary).toMatchObject({ ended: 'window', phases: [{ phase: 'profiling', startMs: 0, endMs: 900 }] })
  })

  test('ten thousand arrivals of an hour end when they have been played', async () => {
    const { summary } = await rehearse({
      corpus,
      preset: 'rate',
      sessionsPerS: 10_000 / 3_600,
      overrides: { until: { kind: 'passes', passes: 3_333 } },
    })
    expect(summary).toMatchObject({ ended: 'passes', plays: { started: 9_999, completed: 9_999, cut: 0 } })
  })
})

function drift({ dueMs, targetMs }: RequestRecord): number {
  return dueMs - targetMs!
}
