import { describe, expect, test } from 'vitest'
import { corpusOf, on, plainTrace, traceOf } from '../corpus.fixture.ts'
import type { PhaseSpan } from '../record/phase-span.ts'
import { rehearse, schedule } from './replay.fixture.ts'

const tooLong = { kind: 'truncated', status: 400, message: 'too long' } as const

describe('a start inside the session', () => {
  const half = { start: { min: 0.5, max: 0.5 } }
  /** Four turns, so the start turn is 2. Turn 1 spawned one subagent, turn 2 spawns another; turn 3 joins both. */
  const tree = traceOf('tree', [
    {
      id: 'root',
      turns: [{}, { thinkMs: 50 }, { thinkMs: 50 }, { thinkMs: 7_000, needs: [on(1, 0), on(2, 0)] }],
    },
    { id: 'earlier', parent: 0, turns: [{ needs: [on(0, 1, { relation: 'spawn' })] }] },
    { id: 'later', parent: 0, turns: [{ needs: [on(0, 2, { relation: 'spawn', delayMs: 30 })] }] },
  ])

  test('sends the start turn in warm-up and the rest in profiling, delays counted from its reply', async () => {
    const { records, summary } = await rehearse({ corpus: corpusOf([tree]), overrides: half })
    expect(schedule(records)).toEqual(['0-100 root/2 warmup', '5100-5200 later/0', '7100-7200 root/3'])
    expect(summary.phases).toEqual([
      { phase: 'warmup', startMs: 0, endMs: 100 },
      { phase: 'profiling', startMs: 5_100, endMs: 7_200 },
    ])
  })

  test('without warm-up begins with the start turn itself', async () => {
    const overrides = { ...half, warmup: { kind: 'none' } as const }
    const { records } = await rehearse({ corpus: corpusOf([tree]), overrides })
    expect(schedule(records)).toEqual(['0-100 root/2', '130-230 later/0', '7100-7200 root/3'])
  })

  test('at turn 0 is no warm-up: profiling begins at once, without a pause', async () => {
    const { records, summary } = await rehearse({ corpus: corpusOf([plainTrace('a', 2, 10)]) })
    expect(records.map(({ phase, dueMs }) => [phase, dueMs])).toEqual([
      ['profiling', 0],
      ['profiling', 110],
    ])
    expect(summary.phases.map(({ phase }) => phase)).toEqual(['profiling'])
  })

  test('at the last turn: the tree ends in warm-up, and the next one opens profiling', async () => {
    const overrides = { start: { min: 1, max: 1 }, until: { kind: 'passes', passes: 2 } } as const
    const { records } = await rehearse({ corpus: corpusOf([plainTrace('a', 2, 10)]), overrides })
    expect(records.map(({ id, phase, dueMs }) => `${dueMs} ${id} ${phase}`)).toEqual([
      '0 0.0.0.1 warmup',
      '5100 0.1.0.0 profiling',
      '5210 0.1.0.1 profiling',
    ])
  })

  test('all lanes warm up together, wait for the last and pause; then each begins its stagger after the phase', async () => {
    const corpus = corpusOf(['a', 'b', 'c'].map((id) => plainTrace(id, 4, 1_000)))
    const { records } = await rehearse({
      corpus,
      lanes: 3,
      overrides: { ...half, staggerMs: 50 },
      script: ({ lane }) => ({ firstTokenMs: lane === 1 ? 9_000 : 100 }),
    })
    expect(schedule(records)).toEqual([
      '0-100 root/2 warmup',
      '50-9050 root/2 warmup',
      '100-200 root/2 warmup',
      '14050-14150 root/3',
      '14100-23100 root/3',
      '14150-14250 root/3',
    ])
  })

  describe('in its think time', () => {
    const thinking = { residualThink: true, start: { min: 0, max: 0.5 } } as const

    test('goes on when the rest is over: no lane fires as profiling begins, whatever warm-up took', async () => {
      const corpus = corpusOf(['a', 'b', 'c'].map((id) => plainTrace(id, 8, 20_000)))
      const { records, plan, summary } = await rehearse({
        corpus,
        lanes: 3,
        overrides: { ...thinking, staggerMs: 50 },
        script: ({ lane }) => ({ firstTokenMs: lane === 1 ? 90_000 : 100 }),
      })
      const startMs = summary.phases.find(({ phase }) => phase === 'profiling')!.startMs
      const opening = [0, 1, 2].map((of) => records.find(({ lane, phase }) => lane === of && phase === 'profiling')!)
      expect(plan.firstPlays.map(({ startTurn }) => startTurn + 1)).toEqual(opening.map(({ turn }) => turn))
      const residuals = plan.firstPlays.map(({ residualThinkMs }) => residualThinkMs!)
      for (const [lane, { dueMs }] of opening.entries()) expect(dueMs - startMs).toBeCloseTo(residuals[lane]!, 6)
      for (const residualMs of residuals) expect(residualMs).toBeGreaterThan(0)
      expect(Math.max(...residuals)).toBeLessThanOrEqual(20_000)
    })

    test('after turn 0 is warmed up as after any other', async () => {
      const corpus = corpusOf([plainTrace('a', 2, 1_000)])
      const overrides = { ...thinking, start: { min: 0, max: 0.4 } }
      const { records, plan } = await rehearse({ corpus, overrides })
      const restMs = plan.firstPlays[0]!.residualThinkMs!
      expect(records.map(({ turn, phase, dueMs }) => [turn, phase, dueMs])).toEqual([
        [0, 'warmup', 0],
        [1, 'profiling', 5_100 + restMs],
      ])
    })

    test('what waits for the start turn keeps its distances', async () => {
      const spawning = traceOf('tree', [
        { id: 'root', turns: [{}, {}, { needs: [on(1, 0, { delayMs: 400 })] }] },
        { id: 'first', parent: 0, turns: [{ needs: [on(0, 1, { relation: 'spawn', delayMs: 1_000 })] }] },
        { id: 'second', parent: 0, turns: [{ needs: [on(0, 1, { relation: 'spawn', delayMs: 1_300 })] }] },
      ])
      const overrides = { residualThink: true, start: { min: 0.5, max: 0.5 } }
      const { records, plan } = await rehearse({ corpus: corpusOf([spawning]), overrides })
      const restMs = plan.firstPlays[0]!.residualThinkMs!
      expect(restMs).toBeGreaterThan(0)
      expect(restMs).toBeLessThanOrEqual(1_000)
      expect(records.map(({ session, dueMs }) => [session, Math.round(dueMs - 5_100 - restMs)])).toEqual([
        ['root', Math.round(-5_100 - restMs)],
        ['first', 0],
        ['second', 300],
        ['root', 500],
      ])
    })
  })

  test('a warm-up turn that the server refuses ends its tree there', async () => {
    const { records, summary } = await rehearse({
      corpus: corpusOf([tree]),
      overrides: half,
      script: () => ({ firstTokenMs: 100, outcome: tooLong }),
    })
    expect(schedule(records)).toEqual(['0-100 root/2 warmup truncated'])
    expect(summary.plays).toEqual({ started: 1, completed: 0, truncated: 1, cut: 0 })
  })
})

test('warm-up by whole plays: each lane plays so many trees, all wait for the last, and the rest is profiling', async () => {
  const corpus = corpusOf(Array.from({ length: 8 }, (_, i) => plainTrace(`t${i}`, 1)))
  const { records, summary } = await rehearse({
    corpus,
    lanes: 2,
    overrides: { warmup: { kind: 'plays', perLane: 2 }, quiesceMs: 1_000 },
    script: ({ lane }) => ({ firstTokenMs: 100 + 50 * lane }),
  })
  expect(records.map(({ id, phase, dueMs }) => `${dueMs} ${id} ${phase}`)).toEqual([
    '0 0.0.0.0 warmup',
    '0 1.0.0.0 warmup',
    '100 0.1.0.0 warmup',
    '150 1.1.0.0 warmup',
    '1300 0.2.0.0 profiling',
    '1300 1.2.0.0 profiling',
    '1400 0.3.0.0 profiling',
    '1450 1.3.0.0 profiling',
  ])
  expect(summary.phases[0]).toEqual({ phase: 'warmup', startMs: 0, endMs: 300 })
})

test('phases are told when they begin and when they end', async () => {
  const told: PhaseSpan[] = []
  await rehearse({
    corpus: corpusOf([plainTrace('a', 4, 0)]),
    overrides: { start: { min: 0.5, max: 0.5 }, until: { kind: 'window', durationMs: 250 }, quiesceMs: 1_000 },
    options: { onPhase: (phase) => told.push(phase) },
  })
  expect(told).toEqual([
    { phase: 'warmup', startMs: 0 },
    { phase: 'warmup', startMs: 0, endMs: 100 },
    { phase: 'profiling', startMs: 1_100 },
    { phase: 'profiling', startMs: 1_100, endMs: 1_350 },
    { phase: 'drain', startMs: 1_350 },
    { phase: 'drain', startMs: 1_350, endMs: 1_400 },
  ])
})
