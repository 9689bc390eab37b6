import { describe, expect, test } from 'vitest'
import type { Clock } from '../clock/clock.ts'
import { corpusOf, plainTrace } from '../corpus.fixture.ts'
import type { Target } from '../port/target.ts'
import { ScriptedTarget } from '../stand-ins/scripted-target.ts'
import { type Rehearsal, rehearse, schedule } from './replay.fixture.ts'
import type { ReplayOptions } from './replay-options.ts'

/** One of two lanes is never answered. */
const endlessWarmup: Partial<Rehearsal> = {
  overrides: { start: { min: 0.5, max: 0.5 }, warmupLimitMs: 20_000 },
  script: ({ lane }) => ({ firstTokenMs: lane === 1 ? 1e9 : 100 }),
}

describe('the end', () => {
  const endless = corpusOf([plainTrace('a', 2, 100)])
  const window = (durationMs: number, drainMs = 60_000) => ({ until: { kind: 'window', durationMs } as const, drainMs })

  test('of the window: nothing is sent from then on, what is in flight may end', async () => {
    const { records, summary } = await rehearse({ corpus: endless, overrides: window(450) })
    expect(schedule(records)).toEqual(['0-100 root/0', '200-300 root/1', '300-400 root/0'])
    expect(summary).toMatchObject({ ended: 'window', plays: { started: 2, completed: 1, cut: 1 } })
    expect(summary.phases).toEqual([{ phase: 'profiling', startMs: 0, endMs: 450 }])
  })

  test('of the window with a request in flight: it keeps its phase and is recorded', async () => {
    const { records, summary } = await rehearse({ corpus: endless, overrides: window(350) })
    expect(schedule(records)).toEqual(['0-100 root/0', '200-300 root/1', '300-400 root/0'])
    expect(summary.phases).toEqual([
      { phase: 'profiling', startMs: 0, endMs: 350 },
      { phase: 'drain', startMs: 350, endMs: 400 },
    ])
  })

  test('a request due at the very end of the window is not sent', async () => {
    const { records } = await rehearse({ corpus: endless, overrides: window(200) })
    expect(schedule(records)).toEqual(['0-100 root/0'])
  })

  test('what outlasts the drain is cancelled and recorded', async () => {
    const script = () => ({ firstTokenMs: 10_000 })
    const { records, summary, clock } = await rehearse({ corpus: endless, overrides: window(350, 1_000), script })
    expect(schedule(records)).toEqual(['0-1350 root/0 cancelled'])
    expect(summary).toMatchObject({ ended: 'window', counts: { requests: 1, cancelled: 1 }, plays: { cut: 1 } })
    expect(clock.now()).toBe(1_350)
  })

  test('of the window: what a target knows of replies in flight then is kept with their records, and of no others', async () => {
    let clock: Clock | undefined
    const target: Target = {
      send: (...sent) => new ScriptedTarget(clock!, () => ({ firstTokenMs: 100 })).send(...sent),
      tokensInFlight: () => new Map([['0.0.0.2', clock!.now() / 50]]),
    }
    const before = (its: Clock) => {
      clock = its
    }
    const corpus = corpusOf([plainTrace('a', 3, 100)])
    const { records } = await rehearse({ corpus, overrides: window(450), before, options: { target } })
    expect(records.map(({ id, tokensAtClose }) => [id, tokensAtClose])).toEqual([
      ['0.0.0.0', undefined],
      ['0.0.0.1', undefined],
      ['0.0.0.2', { atMs: 450, tokens: 9 }],
    ])
  })

  test('counts from the start of profiling, not of warm-up', async () => {
    const { summary } = await rehearse({
      corpus: corpusOf([plainTrace('a', 4, 0)]),
      overrides: { start: { min: 0.5, max: 0.5 }, ...window(1_000) },
    })
    expect(summary.phases[1]).toEqual({ phase: 'profiling', startMs: 5_100, endMs: 6_100 })
  })

  test('by the signal: nothing more is sent, and what is in flight is cancelled at once', async () => {
    const abort = new AbortController()
    const { records, summary, clock } = await rehearse({
      corpus: corpusOf([plainTrace('a', 9, 0), plainTrace('b', 9, 10_000)]),
      lanes: 2,
      options: { signal: abort.signal },
      before: (clock) => clock.at(250, () => abort.abort()),
    })
    expect(schedule(records).filter((line) => line.includes('cancelled'))).toEqual(['200-250 root/2 cancelled'])
    expect(summary).toMatchObject({ ended: 'aborted', counts: { requests: 4, ok: 3, cancelled: 1 }, plays: { cut: 2 } })
    expect(clock.now()).toBe(250)
  })

  test.each([
    ['before it began', 0],
    ['in warm-up', 40],
    ['in the pause', 2_000],
  ])('by the signal %s', async (_, atMs) => {
    const abort = new AbortController()
    if (atMs === 0) abort.abort()
    const { records, summary, clock } = await rehearse({
      corpus: corpusOf([plainTrace('a', 4, 0)]),
      overrides: { start: { min: 0.5, max: 0.5 } },
      options: { signal: abort.signal },
      before: (clock) => clock.at(atMs, () => abort.abort()),
    })
    expect(summary.ended).toBe('aborted')
    expect(clock.now()).toBe(atMs)
    expect(records.map(({ outcome }) => outcome.kind)).toEqual(atMs === 0 ? [] : atMs === 40 ? ['cancelled'] : ['ok'])
    expect(summary.phases.map(({ phase }) => phase)).not.toContain('profiling')
  })

  test('of the window where timers are late: what was due before it and wakes after it is not sent', async () => {
    const late: Partial<ReplayOptions> = {}
    const { records } = await rehearse({
      corpus: endless,
      overrides: window(199),
      options: late,
      before: (clock) =>
        Object.assign(late, {
          clock: { now: () => clock.now(), at: (ms: number, run: () => void) => clock.at(ms + 5, run) },
        }),
    })
    expect(schedule(records)).toEqual(['0-105 root/0 sent 5'])
  })

  test.each<[string, Partial<Rehearsal>]>([
    ['of the window', {}],
    ['of the drain', { script: () => ({ firstTokenMs: 100_000 }) }],
    ['by the signal', { options: { signal: AbortSignal.abort() } }],
    ['by shouldStop', { options: { shouldStop: () => ({ kind: 'failed-share' }) } }],
    ['of a warm-up without end', endlessWarmup],
  ])('%s leaves nothing on the clock', async (_, rehearsal) => {
    const corpus = corpusOf([plainTrace('a', 2, 5_000)])
    const { clock } = await rehearse({ corpus, lanes: 3, overrides: window(50), ...rehearsal })
    const endMs = clock.now()
    await expect(clock.run(() => new Promise(() => {}))).rejects.toThrow(`stuck at ${endMs} ms`)
  })

  test('by shouldStop, which is asked after each record: what is in flight may end', async () => {
    const asked: number[] = []
    const { records, summary } = await rehearse({
      corpus: corpusOf([plainTrace('a', 9, 0), plainTrace('b', 9, 0)]),
      lanes: 2,
      script: ({ lane }) => ({ firstTokenMs: 100 + 30 * lane }),
      options: {
        shouldStop: ({ requests }) => {
          asked.push(requests)
          return requests === 3 ? { kind: 'failed-share', failure: 'connect' } : undefined
        },
      },
    })
    expect(schedule(records)).toEqual(['0-100 root/0', '0-130 root/0', '100-200 root/1', '130-260 root/1'])
    expect(asked).toEqual([1, 2, 3])
    expect(summary).toMatchObject({ ended: 'stopped', stoppedBy: { kind: 'failed-share', failure: 'connect' } })
  })

  test('of a warm-up that reaches its limit: what has not been answered is cancelled, and nothing is profiled', async () => {
    const { records, summary, clock } = await rehearse({
      corpus: corpusOf([plainTrace('a', 4, 0), plainTrace('b', 4, 0)]),
      lanes: 2,
      ...endlessWarmup,
    })
    expect(schedule(records)).toEqual(['0-100 root/2 warmup', '0-20000 root/2 warmup cancelled'])
    expect(summary).toMatchObject({ ended: 'stopped', stoppedBy: { kind: 'warmup-limit' } })
    expect(summary.phases.map(({ phase }) => phase)).not.toContain('profiling')
    expect(clock.now()).toBe(20_000)
  })

  test('of a warm-up within its limit is as if there were none', async () => {
    const { summary } = await rehearse({
      corpus: corpusOf([plainTrace('a', 4, 0)]),
      overrides: { start: { min: 0.5, max: 0.5 }, warmupLimitMs: 101, ...window(1_000) },
    })
    expect(summary.ended).toBe('window')
  })
})
