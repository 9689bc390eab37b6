import { describe, expect, test } from 'vitest'
import { WallClock } from '../clock/wall-clock.ts'
import { corpusOf, on, plainTrace, traceOf } from '../corpus.fixture.ts'
import { planReplay } from '../plan/plan-replay.ts'
import type { RequestRecord } from '../record/request-record.ts'
import { ScriptedTarget } from '../stand-ins/scripted-target.ts'
import { rehearse, schedule } from './replay.fixture.ts'
import { replay } from './replay.ts'

const serverError = { kind: 'failed', class: 'server-error', status: 500, message: 'no' } as const
const tooLong = { kind: 'truncated', status: 400, message: 'too long' } as const

describe('a session', () => {
  test('sends each turn its think time after the reply before has ended', async () => {
    const { records } = await rehearse({ corpus: corpusOf([plainTrace('a', 3, 500)]) })
    expect(schedule(records)).toEqual(['0-100 root/0', '600-700 root/1', '1200-1300 root/2'])
  })

  test('counts its think time from the end of a reply, however late it hears of that', async () => {
    const script = () => ({ firstTokenMs: 100, heardLateMs: 7 })
    const { records } = await rehearse({ corpus: corpusOf([plainTrace('a', 3, 500)]), script })
    expect(schedule(records)).toEqual(['0-100 root/0', '600-700 root/1', '1200-1300 root/2'])
    const hasty = await rehearse({ corpus: corpusOf([plainTrace('a', 2, 3)]), script })
    expect(schedule(hasty.records)).toEqual(['0-100 root/0', '103-207 root/1 sent 107'])
  })

  test('caps and scales its think time', async () => {
    const overrides = { thinkCapMs: 200, timeScale: 0.5 }
    const { records } = await rehearse({ corpus: corpusOf([plainTrace('a', 3, 500)]), overrides })
    expect(schedule(records)).toEqual(['0-100 root/0', '200-300 root/1', '400-500 root/2'])
  })

  test('goes on after a failed turn', async () => {
    const { records, summary } = await rehearse({
      corpus: corpusOf([plainTrace('a', 3, 500)]),
      script: ({ turn }) => ({ firstTokenMs: 100, ...(turn === 1 && { outcome: serverError }) }),
    })
    expect(schedule(records)).toEqual(['0-100 root/0', '600-700 root/1 failed', '1200-1300 root/2'])
    expect(records[1]!.outcome).toEqual(serverError)
    expect(summary).toMatchObject({ counts: { requests: 3, ok: 2, failed: 1 }, plays: { completed: 1, truncated: 0 } })
  })

  test('ends where the server says that the prompt is too long', async () => {
    const { records, summary } = await rehearse({
      corpus: corpusOf([plainTrace('a', 4, 500)]),
      script: ({ turn }) => ({ firstTokenMs: 100, ...(turn === 1 && { outcome: tooLong }) }),
    })
    expect(schedule(records)).toEqual(['0-100 root/0', '600-700 root/1 truncated'])
    expect(summary.plays).toEqual({ started: 1, completed: 0, truncated: 1, cut: 0 })
  })

  test('ends at a turn that the plan knows to be too long; it is recorded and not sent', async () => {
    const turns = [{ inputTokens: 100 }, { inputTokens: 990, thinkMs: 50 }, { inputTokens: 200 }]
    const { records, requests } = await rehearse({
      corpus: corpusOf([traceOf('a', [{ id: 'root', turns }])]),
      overrides: { maxContextTokens: 999 },
    })
    expect(schedule(records)).toEqual(['0-100 root/0', '150-150 root/1 truncated'])
    expect(records[1]).not.toHaveProperty('sentMs')
    expect(requests.map(({ turn }) => turn)).toEqual([0])
  })
})

test('records are in the order of their ends: one that is heard of after another has ended with it', async () => {
  const { records } = await rehearse({
    corpus: corpusOf([plainTrace('a', 2, 500), plainTrace('b', 1, 0)]),
    lanes: 2,
    script: ({ traceId, turn }) => ({
      firstTokenMs: traceId === 'a' ? 100 : 104,
      ...(turn === 0 && { heardLateMs: traceId === 'a' ? 9 : 1 }),
    }),
  })
  expect(records.map(({ trace, doneMs }) => [trace, doneMs])).toEqual([
    ['b', 104],
    ['a', 104],
    ['a', 704],
  ])
})

describe('a tree with subagents', () => {
  /** Turn 0 spawns two; both join before turn 1. A third runs in the background. */
  const tree = traceOf('tree', [
    {
      id: 'root',
      turns: [{}, { needs: [on(1, 1, { relation: 'join', delayMs: 20 }), on(2, 0, { relation: 'join' })] }, {}],
    },
    { id: 'slow', parent: 0, turns: [{ needs: [on(0, 0, { relation: 'spawn', delayMs: 10 })] }, { thinkMs: 5 }] },
    { id: 'quick', parent: 0, turns: [{ needs: [on(0, 0, { relation: 'spawn', delayMs: 10 })] }] },
    { id: 'background', parent: 0, turns: [{ needs: [on(0, 0, { relation: 'background', delayMs: 900 })] }, {}] },
  ])

  test('runs them beside their parent, which waits for the last that it joins', async () => {
    const { records } = await rehearse({ corpus: corpusOf([tree]) })
    expect(schedule(records)).toEqual([
      '0-100 root/0',
      '110-210 slow/0',
      '110-210 quick/0',
      '215-315 slow/1',
      '335-435 root/1',
      '435-535 root/2',
      '1000-1100 background/0',
      '1100-1200 background/1',
    ])
  })

  test('a lane starts its next tree when the last of them has ended, background too, and at once', async () => {
    const { records } = await rehearse({
      corpus: corpusOf([tree]),
      overrides: { until: { kind: 'passes', passes: 2 } },
    })
    const starts = records.filter(({ session, turn }) => session === 'root' && turn === 0)
    expect(starts.map(({ play, dueMs, sentMs }) => [play, dueMs, sentMs])).toEqual([
      [0, 0, 0],
      [1, 1200, 1200],
    ])
  })

  test('a failed subagent releases the join', async () => {
    const { records } = await rehearse({
      corpus: corpusOf([tree]),
      script: ({ sessionIndex, turn }) => ({
        firstTokenMs: 100,
        ...(sessionIndex === 1 && turn === 1 && { outcome: serverError }),
      }),
    })
    expect(schedule(records)).toContain('335-435 root/1')
  })

  test('a truncated subagent takes with it what waits for it; the rest of the tree is played', async () => {
    const { records, summary } = await rehearse({
      corpus: corpusOf([tree]),
      script: ({ sessionIndex }) => ({ firstTokenMs: 100, ...(sessionIndex === 2 && { outcome: tooLong }) }),
    })
    expect(schedule(records)).toEqual([
      '0-100 root/0',
      '110-210 slow/0',
      '110-210 quick/0 truncated',
      '215-315 slow/1',
      '1000-1100 background/0',
      '1100-1200 background/1',
    ])
    expect(summary.plays).toEqual({ started: 1, completed: 0, truncated: 1, cut: 0 })
  })

  test('what waits only for the dispatch of a turn that the server refuses is played, before or after the refusal', async () => {
    const corpus = corpusOf([
      traceOf('a', [
        { id: 'root', turns: [{}, {}] },
        { id: 'early', parent: 0, turns: [{ needs: [on(0, 0, { trigger: 'dispatch', delayMs: 20 })] }] },
        { id: 'late', parent: 0, turns: [{ needs: [on(0, 0, { trigger: 'dispatch', delayMs: 300 })] }] },
      ]),
    ])
    const script = ({ sessionIndex }: { sessionIndex: number }) => ({
      firstTokenMs: 100,
      ...(sessionIndex === 0 && { outcome: tooLong }),
    })
    expect(schedule((await rehearse({ corpus, script })).records)).toEqual([
      '0-100 root/0 truncated',
      '20-120 early/0',
      '300-400 late/0',
    ])
  })

  test('subagents take no lane and free none', async () => {
    const corpus = corpusOf([tree, plainTrace('plain', 2, 100)])
    const { records } = await rehearse({ corpus, lanes: 2 })
    expect(new Set(records.filter(({ trace }) => trace === 'tree').map(({ lane }) => lane)).size).toBe(1)
    expect(records.filter(({ trace }) => trace === 'plain').map(({ dueMs }) => dueMs)).toEqual([0, 200])
  })
})

test('on real time: the same turns of the same sessions, none before it is due', async () => {
  const corpus = corpusOf([plainTrace('a', 3, 5), plainTrace('b', 2, 3), plainTrace('c', 4, 0)])
  const overrides = { start: { min: 0, max: 0 }, staggerMs: 2, until: { kind: 'passes', passes: 2 } } as const
  const plan = planReplay(corpus, { seed: 1, lanes: 2, overrides })
  const clock = new WallClock()
  const target = new ScriptedTarget(clock, () => ({ firstTokenMs: 2, tokenMs: 0.1 }))
  const live: RequestRecord[] = []
  await replay({ plan, corpus, clock, target, onRecord: (record) => live.push(record) })
  const simulated = await rehearse({ corpus, lanes: 2, overrides })
  const identity = ({ id, trace, idealHitTokens }: RequestRecord) => `${id} ${trace} ${idealHitTokens}`
  expect(live.map(identity).toSorted()).toEqual(simulated.records.map(identity).toSorted())
  for (const { dueMs, sentMs } of live) expect(sentMs).toBeGreaterThanOrEqual(dueMs)
})

describe('bugs elsewhere end the run', () => {
  test('a target that rejects', async () => {
    const target = { send: () => Promise.reject(new Error('adapter bug')) }
    await expect(rehearse({ corpus: corpusOf([plainTrace('a', 2)]), options: { target } })).rejects.toThrow(
      'adapter bug',
    )
  })

  test('a listener that throws', async () => {
    const onRecord = () => {
      throw new Error('disk full')
    }
    await expect(rehearse({ corpus: corpusOf([plainTrace('a', 2)]), options: { onRecord } })).rejects.toThrow(
      'disk full',
    )
  })

  test('a target that never settles is found out on virtual time', async () => {
    const target = { send: () => new Promise<never>(() => {}) }
    await expect(rehearse({ corpus: corpusOf([plainTrace('a', 2)]), options: { target } })).rejects.toThrow(
      'stuck at 0 ms',
    )
  })

  test('a corpus that the plan was not made from', async () => {
    const other = corpusOf([plainTrace('a', 2)], { digest: 'other' })
    const run = rehearse({ corpus: corpusOf([plainTrace('a', 2)]), options: { corpus: other } })
    await expect(run).rejects.toThrow(/made from another corpus/)
  })
})
