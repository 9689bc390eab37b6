import { describe, expect, test } from 'vitest'
import { corpusOf, on, plainTrace, traceOf } from '../corpus.fixture.ts'
import type { LoadOverrides } from '../plan/plan-load.ts'
import type { PlannedRequest } from '../port/target.ts'
import type { ScriptedReply } from '../stand-ins/scripted-target.ts'
import { rehearse, schedule } from './replay.fixture.ts'

const preset = 'agentx-v1'
const second = 1_000

/** From its beginning, without warm-up, until everything has been played. */
const whole: LoadOverrides = {
  start: { min: 0, max: 0, of: 'time' },
  warmup: { kind: 'none' },
  until: { kind: 'passes', passes: 1 },
}

/** The same, however long nothing is in flight. */
const patient: LoadOverrides = { ...whole, treeIdleCapMs: 1e9, systemIdleCapMs: 1e9 }

/** The root asks at 0 and joins at 40 s what it started after its first reply; the subagent in the background outlives it. */
const family = traceOf('family', [
  {
    id: 'root',
    turns: [
      { startMs: 0, apiMs: 5 * second },
      { startMs: 40 * second, apiMs: 4 * second, thinkMs: 1, needs: [on(1, 1, { relation: 'join', delayMs: 7 })] },
      { startMs: 50 * second, apiMs: 2 * second, thinkMs: 1 },
    ],
  },
  {
    id: 'joined',
    parent: 0,
    turns: [
      { startMs: 6 * second, apiMs: 10 * second, needs: [on(0, 0, { relation: 'spawn', delayMs: 3 })] },
      { startMs: 20 * second, apiMs: 12 * second, thinkMs: 1 },
    ],
  },
  {
    id: 'background',
    parent: 0,
    turns: [
      { startMs: 7 * second, apiMs: 40 * second, needs: [on(0, 0, { relation: 'background', delayMs: 3 })] },
      { startMs: 60 * second, apiMs: 1 * second, thinkMs: 1 },
    ],
  },
])

/** As fast as the recorded server. */
const recorded = ({ traceIndex, sessionIndex, turn }: PlannedRequest) => ({
  firstTokenMs: [family][traceIndex]!.sessions[sessionIndex]!.turns[turn]!.apiMs!,
})

describe('delays and order', () => {
  test('a server as fast as the recorded one gets every request when it was recorded', async () => {
    const { records } = await rehearse({ corpus: corpusOf([family]), preset, overrides: patient, script: recorded })
    expect(schedule(records)).toEqual([
      '0-5000 root/0',
      '6000-16000 joined/0',
      '7000-47000 background/0',
      '20000-32000 joined/1',
      '40000-44000 root/1',
      '50000-52000 root/2',
      '60000-61000 background/1',
    ])
  })

  test('a fast one gets them after the recorded gaps: of its own session, of what it joins, and in the recorded order', async () => {
    const { records } = await rehearse({ corpus: corpusOf([family]), preset, overrides: patient })
    expect(schedule(records)).toEqual([
      '0-100 root/0',
      '1100-1200 joined/0',
      '2100-2200 background/0',
      // 4 s after its own reply.
      '5200-5300 joined/1',
      // 35 s after its own reply; the one that it joins has ended, and 8 s have passed.
      '35100-35200 root/1',
      '41200-41300 root/2',
      // 13 s after its own reply, and when the root's last one has ended, as in the recording.
      '41300-41400 background/1',
    ])
  })

  test('order: a reply that is late keeps back what started after it elsewhere', async () => {
    const slowChild = ({ sessionIndex, turn }: PlannedRequest) => ({
      firstTokenMs: sessionIndex === 2 && turn === 0 ? 80 * second : 100,
    })
    const { records } = await rehearse({ corpus: corpusOf([family]), preset, overrides: patient, script: slowChild })
    // It had ended at 47 s when the root's third request was recorded to start at 50.
    expect(schedule(records)).toContain('82100-82200 root/2')
  })
})

describe('idle time', () => {
  const pauses = traceOf('pauses', [
    { id: 'root', turns: [{ startMs: 0 }, { startMs: 400 * second }, { startMs: 410 * second }] },
    { id: 'beside', parent: 0, turns: [{ startMs: 405 * second, needs: [on(0, 0, { relation: 'background' })] }] },
  ])
  const overrides = { ...whole, systemIdleCapMs: 1e9 }

  test('a tree has nothing in flight for 300 s at most: then all that it waits for comes earlier, by the same', async () => {
    const { records } = await rehearse({ corpus: corpusOf([pauses]), preset, overrides })
    expect(schedule(records)).toEqual([
      '0-100 root/0',
      '300100-300200 root/1',
      // 5 s after it, as recorded.
      '305100-305200 beside/0',
      '310200-310300 root/2',
    ])
    expect(records.map(({ idleCutMs }) => idleCutMs)).toEqual([undefined, 100_000, 100_000, undefined])
  })

  test('and all lanes together for 10 s, whichever of them is the first to go on', async () => {
    const corpus = corpusOf([pauses, plainTrace('b', 1)])
    const { records } = await rehearse({ corpus, preset, lanes: 2, overrides: whole })
    const ofPauses = records.filter(({ trace }) => trace === 'pauses')
    expect(schedule(ofPauses)).toEqual([
      '0-100 root/0',
      '10100-10200 root/1',
      '15100-15200 beside/0',
      '20200-20300 root/2',
    ])
  })

  test('a lane that begins its next tree is not idle', async () => {
    const corpus = corpusOf([plainTrace('a', 1), plainTrace('b', 1), pauses])
    const { records } = await rehearse({ corpus, preset, lanes: 1, overrides: whole })
    const busy = records.filter(({ trace }) => trace !== 'pauses')
    for (const { idleCutMs } of busy) expect(idleCutMs).toBeUndefined()
  })
})

describe('the start', () => {
  const overrides: LoadOverrides = {
    start: { min: 0.5, max: 0.5, of: 'time' },
    until: { kind: 'passes', passes: 1 },
    systemIdleCapMs: 1e9,
    warmup: { kind: 'primers', againPerLane: 3 },
  }

  test('at 30 s of 60: the last request of each session at work for one token, again three times, and then what comes after', async () => {
    const { records, requests, summary } = await rehearse({ corpus: corpusOf([family]), preset, overrides })
    const warmUp = requests.filter(({ phase }) => phase === 'warmup')
    expect(warmUp.map(({ id, outputTokens }) => [id, outputTokens])).toEqual([
      ['0.0.0.0', 1],
      ['0.0.2.0', 1],
      ['0.0.0.0+1', 1],
      ['0.0.2.0+2', 1],
      ['0.0.0.0+3', 1],
    ])
    expect(schedule(records)).toEqual([
      '0-100 root/0 warmup',
      '0-100 background/0 warmup',
      '100-200 root/0 warmup',
      '200-300 background/0 warmup',
      '300-400 root/0 warmup',
      // 10 s from the instant to its recorded start.
      '10400-10500 root/1',
      '16500-16600 root/2',
      '30400-30500 background/1',
    ])
    expect(summary.phases.map(({ phase, startMs }) => [phase, startMs])).toEqual([
      ['warmup', 0],
      ['profiling', 400],
    ])
  })

  test('a session of which nothing is left is not warmed up, and one that has not begun neither', async () => {
    const { requests } = await rehearse({ corpus: corpusOf([family]), preset, overrides })
    expect(requests.some(({ sessionIndex }) => sessionIndex === 1)).toBe(false)
  })

  test('profiling waits for the last lane', async () => {
    const slow = plainTraceAt('slow')
    const corpus = corpusOf([family, slow])
    const script = ({ traceId }: PlannedRequest) => ({ firstTokenMs: traceId === 'slow' ? 5_000 : 100 })
    const { summary } = await rehearse({ corpus, preset, lanes: 2, overrides, script })
    expect(summary.phases[1]).toMatchObject({ phase: 'profiling', startMs: 20_000 })
  })

  test.each([
    [0, 'stopped'],
    [2, 'passes'],
  ] as const)('a primer of session %i that fails: the run ends as %s', async (sessionIndex, ended) => {
    const fails = (request: PlannedRequest): ScriptedReply =>
      request.sessionIndex === sessionIndex && request.phase === 'warmup'
        ? { firstTokenMs: 100, outcome: { kind: 'failed', class: 'server-error', message: 'no' } as const }
        : { firstTokenMs: 100 }
    const { summary } = await rehearse({ corpus: corpusOf([family]), preset, overrides, script: fails })
    expect(summary.ended).toBe(ended)
    if (ended === 'stopped') expect(summary.stoppedBy).toEqual({ kind: 'warmup-failed', failure: 'server-error' })
  })
})

describe('a request that the server refuses as too long', () => {
  test('ends its session alone: who joins it and who comes after it elsewhere go on', async () => {
    const script = ({ sessionIndex }: PlannedRequest): ScriptedReply =>
      sessionIndex === 1
        ? { firstTokenMs: 100, outcome: { kind: 'truncated', status: 400, message: 'too long' } as const }
        : { firstTokenMs: 100 }
    const { records } = await rehearse({ corpus: corpusOf([family]), preset, overrides: whole, script })
    expect(records.map(({ session, turn }) => `${session}/${turn}`).toSorted()).toEqual([
      'background/0',
      'background/1',
      'joined/0',
      'root/0',
      'root/1',
      'root/2',
    ])
  })
})

test('a trace that has a turn beyond the context is left out as a whole', async () => {
  const long = traceOf('long', [{ id: 'root', turns: [{ inputTokens: 10 }, { inputTokens: 900, outputTokens: 200 }] }])
  const overrides = { ...whole, maxContextTokens: 1_000 }
  const { plan, records } = await rehearse({ corpus: corpusOf([family, long]), preset, overrides })
  expect(plan.leftOut).toEqual([{ traceId: 'long', inputTokens: 900, outputTokens: 200 }])
  expect(new Set(records.map(({ trace }) => trace))).toEqual(new Set(['family']))
})

function plainTraceAt(id: string) {
  return traceOf(id, [{ id: 'root', turns: [{ startMs: 0 }, { startMs: 10 }, { startMs: 20 }] }])
}
