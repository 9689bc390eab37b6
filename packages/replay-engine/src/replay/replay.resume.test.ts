import { synthCorpus } from '@reprise/trace'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ContinuedClock } from '../clock/continued-clock.ts'
import { VirtualClock } from '../clock/virtual-clock.ts'
import { corpusOf, plainTrace } from '../corpus.fixture.ts'
import type { Plan } from '../plan/plan.ts'
import { planReplay } from '../plan/plan-replay.ts'
import type { RequestRecord } from '../record/request-record.ts'
import { ScriptedTarget } from '../stand-ins/scripted-target.ts'
import { ProgressMeter } from './progress.ts'
import { schedule } from './replay.fixture.ts'
import { replay } from './replay.ts'
import type { ReplaySummary } from './replay-options.ts'

type Corpus = ReturnType<typeof corpusOf>

interface Attempt {
  readonly records: RequestRecord[]
  readonly summary: ReplaySummary
}

/** Plays on from what is on record, until `breakMs` if there is one; every reply takes 100 ms. */
async function attempt({
  plan,
  corpus,
  before = [],
  breakMs,
}: {
  plan: Plan
  corpus: Corpus
  before?: Attempt[]
  breakMs?: number
}): Promise<Attempt> {
  const virtual = new VirtualClock()
  const records: RequestRecord[] = []
  const past = before.flatMap((one) => one.records)
  const meter = new ProgressMeter(plan)
  for (const record of past) meter.add(record)
  const spans = before.flatMap(({ summary }) => summary.phases).filter(({ phase }) => phase === 'profiling')
  const profiledMs = spans.reduce((sum, { startMs, endMs = startMs }) => sum + endMs - startMs, 0)
  const fromMs = Math.max(0, ...past.map(({ doneMs }) => doneMs))
  const clock = before.length > 0 ? new ContinuedClock(virtual, fromMs) : virtual
  const abort = new AbortController()
  if (breakMs !== undefined) virtual.at(breakMs, () => abort.abort())
  const summary = await virtual.run(() =>
    replay({
      plan,
      corpus,
      clock,
      target: new ScriptedTarget(clock, () => ({ firstTokenMs: 100 })),
      onRecord: (record) => records.push(record),
      signal: abort.signal,
      attempt: before.length + 1,
      ...(before.length > 0 && { resume: meter.result({ profiledMs }) }),
    }),
  )
  return { records, summary }
}

const calm = { start: { min: 0, max: 0 }, staggerMs: 0, quiesceMs: 0 }
const onePass = { ...calm, until: { kind: 'passes', passes: 1 } } as const

describe('a resumed run', () => {
  test('goes on with the first turn that had not ended, after the last one was sent once more to warm the cache', async () => {
    const corpus = corpusOf([plainTrace('a', 4, 300), plainTrace('b', 2, 0)])
    const plan = planReplay(corpus, { seed: 1, lanes: 2, overrides: onePass })
    const first = await attempt({ plan, corpus, breakMs: 450 })
    expect(schedule(first.records)).toEqual([
      '0-100 root/0',
      '0-100 root/0',
      '100-200 root/1',
      '400-450 root/1 cancelled',
    ])
    const second = await attempt({ plan, corpus, before: [first] })
    expect(schedule(second.records)).toEqual([
      '450-550 root/0 warmup',
      '550-650 root/1',
      '950-1050 root/2',
      '1350-1450 root/3',
    ])
    expect(second.records.every((record) => record.attempt === 2)).toBe(true)
    expect(second.summary.ended).toBe('passes')
  })

  test('measures for what is left of the window', async () => {
    const corpus = corpusOf([plainTrace('a', 3, 0)])
    const until = { kind: 'window', durationMs: 1_000 } as const
    const plan = planReplay(corpus, { seed: 1, lanes: 1, overrides: { ...calm, until } })
    const first = await attempt({ plan, corpus, breakMs: 350 })
    const second = await attempt({ plan, corpus, before: [first] })
    expect(second.summary.phases[0]).toEqual({ phase: 'profiling', startMs: 350, endMs: 1_000 })
    expect(second.summary.ended).toBe('window')
    expect(schedule(second.records)[0]).toBe('350-450 root/0')
    const third = await attempt({ plan, corpus, before: [first, second] })
    expect(third).toMatchObject({ records: [], summary: { ended: 'window', phases: [] } })
  })

  test('think time stands still from the break until profiling goes on, however long the cache takes to warm', async () => {
    const corpus = corpusOf([plainTrace('a', 2, 1_000)])
    const plan = planReplay(corpus, { seed: 1, lanes: 1, overrides: { ...onePass, quiesceMs: 5_000 } })
    const first = await attempt({ plan, corpus, breakMs: 400 })
    expect(schedule(first.records)).toEqual(['0-100 root/0'])
    // The break is at the last instant on record, 1,000 ms before the next turn is due.
    const second = await attempt({ plan, corpus, before: [first] })
    expect(schedule(second.records)).toEqual(['100-200 root/0 warmup', '6200-6300 root/1'])
  })

  test('that broke off before profiling finds its lanes in the think time that the plan has drawn', async () => {
    const corpus = corpusOf([plainTrace('a', 4, 10_000), plainTrace('b', 4, 10_000)])
    const overrides = { ...onePass, residualThink: true, start: { min: 0.5, max: 0.5 }, quiesceMs: 5_000 }
    const plan = planReplay(corpus, { seed: 1, lanes: 2, overrides })
    const first = await attempt({ plan, corpus, breakMs: 300 })
    const second = await attempt({ plan, corpus, before: [first] })
    const opening = second.records.filter(({ phase, turn }) => phase === 'profiling' && turn === 3)
    const restsMs = opening.map(({ lane }) => plan.firstPlays[lane]!.residualThinkMs!)
    expect(opening.map(({ dueMs }) => dueMs)).toEqual(restsMs.map((restMs) => 5_200 + restMs))
  })

  test('an interrupt lets what is in flight end', async () => {
    const corpus = corpusOf([plainTrace('a', 3, 0)])
    const plan = planReplay(corpus, { seed: 1, lanes: 1, overrides: onePass })
    const clock = new VirtualClock()
    const records: RequestRecord[] = []
    const interrupt = new AbortController()
    clock.at(130, () => interrupt.abort())
    const summary = await clock.run(() =>
      replay({
        plan,
        corpus,
        clock,
        target: new ScriptedTarget(clock, () => ({ firstTokenMs: 100 })),
        onRecord: (record) => records.push(record),
        interrupt: interrupt.signal,
      }),
    )
    expect(schedule(records)).toEqual(['0-100 root/0', '100-200 root/1'])
    expect(summary).toMatchObject({
      ended: 'interrupted',
      phases: [
        { phase: 'profiling', startMs: 0, endMs: 130 },
        { phase: 'drain', startMs: 130, endMs: 200 },
      ],
    })
  })

  test('wherever it breaks, each turn of a pass is played to its end once, with the prompt hits of an unbroken run', async () => {
    const corpora = [
      synthCorpus({ seed: 5, traces: 5, scale: 0.02, turnScale: 0.1, subagentShare: 1 }),
      corpusOf([plainTrace('a', 5, 700), plainTrace('b', 3, 50), plainTrace('c', 4, 0)], { blockScope: 'global' }),
    ]
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...corpora),
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.integer({ min: 0, max: 4_000 }), { minLength: 1, maxLength: 3 }),
        async (corpus, lanes, breaksMs) => {
          const overrides = { ...onePass, timeScale: 0.1, maxContextTokens: 4_000 }
          const plan = planReplay(corpus, { seed: 3, lanes, overrides })
          const whole = await attempt({ plan, corpus })
          const attempts: Attempt[] = []
          for (const breakMs of [...breaksMs, undefined])
            attempts.push(
              await attempt({ plan, corpus, before: [...attempts], ...(breakMs !== undefined && { breakMs }) }),
            )
          expect(played(attempts, corpus)).toEqual(played([whole], corpus))
          const instants = attempts.map(({ records }) => records.map(({ dueMs }) => dueMs))
          expect(instants.flat().every((ms) => ms >= 0)).toBe(true)
        },
      ),
      { numRuns: 60 },
    )
  })
})

/** Turns that ended, repeats for the cache left out, with what an infinite cache would have held where no other play fills it. */
function played(attempts: readonly Attempt[], { blockScope }: Corpus): string[] {
  return attempts
    .flatMap(({ records }) => records)
    .filter(({ phase, attempt, outcome }) => outcome.kind !== 'cancelled' && !(phase === 'warmup' && attempt > 1))
    .map(({ id, outcome, idealHitTokens }) => `${id} ${outcome.kind} ${blockScope === 'local' ? idealHitTokens : ''}`)
    .sort()
}
