import { beforeAll, describe, expect, test } from 'vitest'
import { check, compare, corpus, deviating, middleOf, retimed, withRecords } from './compared.fixture.ts'
import { faithfulRun, recordedCorpus } from './faithful-run.fixture.ts'
import type { ReplayedRun } from './replayed-run.ts'

let clean: ReplayedRun

beforeAll(async () => {
  clean = await faithfulRun(corpus)
})

describe('a clean run says nothing', () => {
  test('every request once, in order, at its time, and as long', () => {
    const found = compare(clean)
    expect(deviating(found)).toEqual([])
    expect(found.verdict).toBe('faithful')
    expect(found.counts).toEqual({
      ...{ captured: clean.records.length, planned: clean.records.length },
      ...{ dispatched: clean.records.length, completed: clean.records.length },
      sessions: { captured: 19, planned: 19, dispatched: 19 },
    })
    for (const name of ['clock-shift', 'client-lateness', 'arrival-drift', 'ideal-reuse', 'measured-reuse'])
      expect(check(found, name).value, name).toBeCloseTo(0, 6)
    expect(check(found, 'service-time')).toMatchObject({
      verdict: 'not told',
      reason: expect.stringMatching(/--limit/),
    })
  })

  test.each([1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13])('traces of seed %i', async (seed) => {
    const traces = recordedCorpus(seed)
    const found = compare(await faithfulRun(traces), { traces })
    expect({ deviates: deviating(found), verdict: found.verdict }).toEqual({ deviates: [], verdict: 'faithful' })
  })

  test('requests that a server failed were sent all the same, and are told as what they are', async () => {
    const run = await faithfulRun(corpus, { fails: ({ sessionIndex, turn }) => sessionIndex === 0 && turn === 3 })
    const failed = run.records.filter(({ outcome }) => outcome.kind === 'failed').length
    expect(failed).toBeGreaterThan(0)
    const found = compare(run, { limits: { unanswered: 0.5 } })
    expect(deviating(found)).toEqual([])
    expect(check(found, 'unanswered').value).toBeCloseTo(failed / run.records.length, 9)
    expect(found.sentence).toContain('with changed limits unanswered=0.5')
    expect(deviating(compare(run, { limits: { unanswered: 0 } }))).toEqual(['unanswered'])
  })
})

describe('what else may be amiss', () => {
  test('requests that nobody captured', () => {
    const one = middleOf(clean)
    const stray = { ...one, id: '7.0.0.99', turn: 99 }
    const found = compare({
      ...clean,
      records: [...clean.records, stray, { ...one, id: '7.0.9.0', session: 'x', turn: 0 }],
    })
    expect(deviating(found)).toEqual(['extra-requests'])
    expect(check(found, 'extra-requests').named).toEqual([
      { name: `${one.trace} turn 99 (no such turn)` },
      { name: `${one.trace} / x turn 0 (no such session)` },
    ])
  })

  test('lengths and times that were planned otherwise', async () => {
    const [first, ...rest] = corpus.traces
    const [root, ...others] = first!.sessions
    const changed = root!.turns.map((turn, index) =>
      index === 1
        ? { ...turn, inputTokens: turn.inputTokens + 1, outputTokens: turn.outputTokens + 1, startMs: turn.startMs + 5 }
        : turn,
    )
    const traces = { ...corpus, traces: [{ ...first!, sessions: [{ ...root!, turns: changed }, ...others] }, ...rest] }
    const found = compare(clean, { traces })
    expect(deviating(found)).toEqual(
      expect.arrayContaining(['planned-input', 'planned-output', 'planned-times', 'output-tokens']),
    )
    expect(check(found, 'planned-times').named).toEqual([{ name: `${first!.id} turn 1 (-5 ms)` }])
  })

  test('a server that is slower makes its sessions late, which is drift and no lateness of the client', async () => {
    const found = compare(await faithfulRun(corpus, { slowness: 20 }))
    expect(deviating(found)).toEqual(expect.arrayContaining(['arrival-drift']))
    expect(deviating(found)).not.toContain('client-lateness')
    expect(deviating(found)).not.toContain('clock-shift')
    expect(deviating(found)).not.toContain('order')
  })

  test('gaps that are kept where their end is late: drift is not asked of turns that have no time', async () => {
    const run = await faithfulRun(corpus, { slowness: 20, overrides: { turns: 'gaps' } })
    const found = compare(run)
    expect(deviating(found)).toEqual([])
  })

  test('a speed-up is a condition: times are held against scaled ones, and serving is not judged', async () => {
    const found = compare(await faithfulRun(corpus, { overrides: { timeScale: 0.5 }, slowness: 0.5 }))
    expect(deviating(found)).toEqual([])
    expect(found.verdict).toBe('not comparable')
    expect(found.conditions[0]).toMatchObject({ name: 'time-scale', a: '1', b: '0.5' })
    const accepted = compare(await faithfulRun(corpus, { overrides: { timeScale: 0.5 }, slowness: 0.5 }), {
      accepted: ['time-scale'],
    })
    expect(accepted.verdict).toBe('faithful')
    expect(accepted.sentence).toContain('differing: time-scale (1, 0.5; accepted)')
    expect(check(accepted, 'measured-reuse').verdict).toBe('not comparable')
  })

  test('the same server, said by a limit: service times are held against the recorded ones', async () => {
    const limits = { 'service-time': 0.1, 'first-token': 0.1 }
    expect(check(compare(clean, { limits }), 'service-time')).toMatchObject({ verdict: 'kept', limit: 0.1 })
    const slower = compare(await faithfulRun(corpus, { slowness: 1.5 }), { limits })
    expect(check(slower, 'service-time')).toMatchObject({ verdict: 'deviates', value: expect.closeTo(0.5, 6) })
    expect(check(slower, 'first-token').value).toBeCloseTo(0.5, 6)
  })

  test('what the captured server took from its cache is what reuse is held against, where it is told', () => {
    const half = new Map(
      clean.records.map(({ trace, session, turn, cachedTokens = 0 }) => [
        `${trace} ${session} ${turn}`,
        cachedTokens / 2,
      ]),
    )
    const traces = {
      ...corpus,
      traces: corpus.traces.map((trace) => ({
        ...trace,
        sessions: trace.sessions.map((session) => ({
          ...session,
          turns: session.turns.map((turn, index) => ({
            ...turn,
            cachedTokens: half.get(`${trace.id} ${session.id} ${index}`)!,
          })),
        })),
      })),
    }
    const warmer = check(compare(clean, { traces }), 'measured-reuse')
    expect(warmer.verdict).toBe('deviates')
    const ideal = (all: readonly number[]) => all.reduce((sum, each) => sum + each, 0)
    const [hits, input] = [
      ideal(clean.records.map(({ cachedTokens = 0 }) => cachedTokens)),
      ideal(clean.records.map(({ plannedInputTokens }) => plannedInputTokens)),
    ]
    expect(warmer.value).toBeCloseTo(hits / 2 / input, 9)
    const alike = withRecords(clean, (record) => ({ ...record, cachedTokens: record.cachedTokens! / 2 }))
    expect(check(compare(alike, { traces }), 'measured-reuse')).toMatchObject({ verdict: 'kept', value: 0 })
  })

  test('a run that was cut short is not held to what it did not come to', () => {
    const cut = { ...clean, records: clean.records.slice(0, 40) }
    const found = compare({ ...cut, run: { ...clean.run, ended: { ...clean.run.ended!, reason: 'interrupted' } } })
    expect(deviating(found)).toEqual([])
    expect(found.verdict).toBe('not comparable')
    expect(found.conditions[0]).toMatchObject({ name: 'end', a: 'whole', b: 'interrupted' })
  })

  test('traces of which the run has none', () => {
    const traces = {
      ...corpus,
      digest: 'x',
      traces: corpus.traces.map((trace) => ({ ...trace, id: `other ${trace.id}` })),
    }
    const found = compare(clean, { traces })
    expect(found.conditions[0]).toMatchObject({ name: 'traces', state: 'differs', a: expect.stringMatching(/^other /) })
    expect(found.verdict).toBe('not comparable')
  })

  test('turns that the context does not hold are missing, and it is said why', async () => {
    const most = Math.max(
      ...clean.records.map(({ plannedInputTokens, plannedOutputTokens }) => plannedInputTokens + plannedOutputTokens),
    )
    const found = compare(await faithfulRun(corpus, { overrides: { maxContextTokens: most - 1 } }))
    expect(deviating(found)).toContain('missing-turns')
    expect(check(found, 'missing-turns').named[0]!.name).toMatch(/\((does not fit the context|planned, no record)\)$/)
  })
})

test('a clock that runs a hundredth too fast is drift, though nothing is shifted at the beginning', () => {
  const found = compare(withRecords(clean, (record) => retimed(record, (ms) => 0.99 * ms)))
  expect(deviating(found)).toContain('arrival-drift')
  expect(deviating(found)).not.toContain('clock-shift')
  expect(check(found, 'arrival-drift').differences!.p50).toBeLessThan(0)
})

test('one shard is not asked for what others sent', () => {
  const shard = { shard: { index: 1, of: 3 }, startAt: '2026-01-01T00:00:00.000Z', profilingMs: 0 }
  const own = clean.records.filter(({ lane }) => lane % 3 === 1)
  const found = compare({ ...clean, run: { ...clean.run, shard }, records: own })
  expect(deviating(found)).toEqual([])
  expect(found.conditions[0]).toMatchObject({ name: 'end', a: 'whole', b: 'shard 2 of 3' })
})
