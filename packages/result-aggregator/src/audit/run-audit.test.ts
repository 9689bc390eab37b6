import type { LoadOverrides, PlannedRequest, RequestRecord } from '@reprise/replay-engine'
import type { ScriptedReply } from '@reprise/replay-engine/stand-ins'
import { type Corpus, synthCorpus } from '@reprise/trace'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { countRecord, emptyTally } from '../result/record-tally.ts'
import { type Breaking, type PlayedRun, playRun } from '../testing/played-run.fixture.ts'
import { ImpossibleRunError } from './impossible-run-error.ts'
import { RunAudit } from './run-audit.ts'

const corpora = [
  synthCorpus({ seed: 5, traces: 5, scale: 0.02, turnScale: 0.1, subagentShare: 1 }),
  synthCorpus({ seed: 7, traces: 12, scale: 0.05, turnScale: 0.2 }),
  spawnedWhileSent(synthCorpus({ seed: 9, traces: 8, scale: 0.02, turnScale: 0.1, subagentShare: 1 })),
]

type Dependency = Corpus['traces'][number]['sessions'][number]['turns'][number]['needs'][number]

/** Subagents begin when their parent's turn is sent, not when it has ended. */
function spawnedWhileSent(corpus: Corpus): Corpus {
  const spawned = (need: Dependency): Dependency =>
    need.relation === 'spawn' || need.relation === 'background' ? { ...need, trigger: 'dispatch' } : need
  const traces = corpus.traces.map((trace) => ({
    ...trace,
    sessions: trace.sessions.map((session) => ({
      ...session,
      turns: session.turns.map((turn) => ({ ...turn, needs: turn.needs.map(spawned) })),
    })),
  }))
  return { ...corpus, traces }
}

/** Faults by the turn's place, so that a run can be played again. */
function faulty(share: number, slowness = 1): (request: PlannedRequest) => ScriptedReply {
  return ({ lane, play, sessionIndex, turn, outputTokens }) => {
    const dice = (((lane * 31 + play) * 31 + sessionIndex) * 31 + turn * 7919) % 100
    const firstTokenMs = 20 + ((dice * 37) % 400) * slowness
    if (dice >= share) return { firstTokenMs, tokenMs: 1 + (dice % 5), chunkTokens: 1 + (dice % 3), cachedTokens: 0 }
    if (dice % 3 === 0) return { firstTokenMs, outcome: { kind: 'truncated', status: 400, message: 'too long' } }
    const usage = { inputTokens: 1, outputTokens: outputTokens * 3 }
    return { firstTokenMs, outcome: { kind: 'failed', class: 'server-error', message: 'no', usage } }
  }
}

const overrides: fc.Arbitrary<LoadOverrides> = fc.record({
  until: fc.oneof(
    fc.integer({ min: 500, max: 20_000 }).map((durationMs) => ({ kind: 'window' as const, durationMs })),
    fc.constant({ kind: 'passes' as const, passes: 3 }),
  ),
  warmup: fc.constantFrom(
    { kind: 'none' as const },
    { kind: 'full-prefill' as const },
    { kind: 'plays' as const, perLane: 1 },
  ),
  timeScale: fc.constantFrom(0, 0.01, 0.1),
  drainMs: fc.constantFrom(0, 100, 60_000),
  quiesceMs: fc.constantFrom(0, 700),
  staggerMs: fc.constantFrom(0, 50, 700),
  maxContextTokens: fc.constantFrom(2_000, 6_000, 1_000_000),
  start: fc.constantFrom({ min: 0, max: 0 }, { min: 0, max: 0.7 }, { min: 0.9, max: 1 }),
})

const breaking: fc.Arbitrary<Breaking> = fc.record({
  how: fc.constantFrom('killed' as const, 'interrupted' as const, 'aborted' as const),
  atMs: fc.integer({ min: 0, max: 9_000 }),
  lost: fc.integer({ min: 0, max: 3 }),
})

const runs = fc.record({
  corpus: fc.nat({ max: corpora.length - 1 }),
  lanes: fc.integer({ min: 1, max: 5 }),
  overrides,
  faultShare: fc.constantFrom(0, 10, 40),
  slowness: fc.constantFrom(1, 20),
  breakings: fc.array(breaking, { maxLength: 3 }),
  resumesLast: fc.boolean(),
  stopsAfter: fc.constantFrom(3, Infinity),
})

function audit({ records, ...run }: PlayedRun): void {
  let latestMs = 0
  const check = new RunAudit(run, { onWait: (lateMs) => (latestMs = Math.max(latestMs, lateMs)) })
  for (const record of records) check.add(record)
  check.end()
  // On virtual time nothing holds a client up.
  expect(latestMs).toBeLessThan(0.001)
}

test('an honest run passes, however it went and however it ended', async () => {
  const seen = new Set<string>()
  await fc.assert(
    fc.asyncProperty(runs, async (options) => {
      if (!options.resumesLast && options.breakings.length === 0) return
      const run = await playRun({
        ...options,
        corpus: corpora[options.corpus]!,
        script: faulty(options.faultShare, options.slowness),
      })
      audit(run)
      seen.add(run.ended?.reason ?? 'killed')
      if (run.breaks.length > 0) seen.add('resumed')
      for (const { outcome, phase } of run.records) seen.add(outcome.kind).add(phase)
    }),
    { numRuns: 400 },
  )
  const kinds = ['window', 'passes', 'killed', 'interrupted', 'aborted', 'stopped', 'resumed']
  expect([...seen]).toEqual(expect.arrayContaining([...kinds, 'ok', 'failed', 'truncated', 'cancelled', 'warmup']))
})

describe('a run that was changed is refused', () => {
  const whole = playRun({
    corpus: corpora[1]!,
    lanes: 4,
    overrides: { until: { kind: 'window', durationMs: 60_000 }, timeScale: 0.01, drainMs: 300 },
    script: faulty(10),
  })

  const e2eMs = ({ sentMs = 0, doneMs }: RequestRecord) => doneMs - sentMs
  const isSlow = (record: RequestRecord, all: readonly RequestRecord[]) =>
    e2eMs(record) > all.map(e2eMs).sort((a, b) => a - b)[Math.floor(all.length / 2)]!
  /** Changes the record in the middle of those that ended well. */
  const one = (change: (record: RequestRecord) => Partial<RequestRecord>) => (run: PlayedRun) => {
    const good = run.records.filter(({ outcome, phase }) => outcome.kind === 'ok' && phase === 'profiling')
    const picked = good[Math.floor(good.length / 2)]!
    return {
      ...run,
      records: run.records.map((record) => (record === picked ? { ...record, ...change(record) } : record)),
    }
  }
  const all = (change: (records: readonly RequestRecord[]) => RequestRecord[]) => (run: PlayedRun) => ({
    ...run,
    records: change(run.records),
  })
  const sooner = (record: RequestRecord, byMs: number): RequestRecord => ({
    ...record,
    firstTokenMs: record.firstTokenMs! - byMs,
    firstAnswerMs: record.firstAnswerMs! - byMs,
    headersMs: record.headersMs! - byMs,
  })

  test.each<[string, (run: PlayedRun) => PlayedRun, RegExp]>([
    ['the file twice', all((records) => [...records, ...records]), /done before the record before it/],
    [
      'one record twice',
      all((records) => records.flatMap((each, i) => (i === 40 ? [each, each] : [each]))),
      /twice in attempt 1/,
    ],
    [
      'the slow half deleted',
      all((records) => records.filter((each, _, every) => !isSlow(each, every))),
      /has no record/,
    ],
    ['one record deleted', all((records) => records.toSpliced(40, 1)), /it waits for [\d.]+, which has no record/],
    [
      'the last seconds deleted',
      all((records) => records.filter(({ doneMs }) => doneMs < 50_000)),
      /was due before the run ended, and has none/,
    ],
    [
      'a lane deleted',
      all((records) => records.filter(({ lane }) => lane !== 2)),
      /2\.0\.0\.\d+ was due before the run ended/,
    ],
    ['a first token before sending', one((record) => sooner(record, 100_000)), /before it was sent/],
    ['an instant before the run', one(() => ({ dueMs: -5 })), /due 5 ms before the run began/],
    ['an end after the run', one(() => ({ doneMs: 1e6 })), /after its attempt had ended/],
    [
      'an end before the record before',
      one((record) => ({ doneMs: record.lastTokenMs!, dueMs: 0 })),
      /was due before|before the record before/,
    ],
    ['a think time left out', one((record) => ({ dueMs: record.dueMs - 5 })), /was due before .* let it be/],
    ['chunks that do not add up', one(() => ({ chunks: 2, chunkGapsMs: [5_000] })), /apart from its last token/],
    [
      'a billion tokens',
      one(() => ({ outputTokens: 1_000_000_000 })),
      /1000000000 output tokens are reported where \d+ were planned/,
    ],
    ['a billion chunks', one(() => ({ chunks: 1e9, chunkGapsMs: undefined! })), /1000000000 chunks came where/],
    ['more reads than chunks', one(({ chunks }) => ({ reads: chunks! + 1 })), /\d+ reads brought \d+ chunks/],
    [
      'another number of planned tokens',
      one((record) => ({ plannedOutputTokens: record.plannedOutputTokens * 2 })),
      /output tokens were planned, and the plan/,
    ],
    [
      'a turn that the plan does not have',
      one((record) => ({ id: record.id.replace(/\d+$/, '999'), turn: 999 })),
      /no such turn/,
    ],
    ['the name of another trace', one(() => ({ trace: 'synth_9999' })), /not those of its id/],
    ['another lane', one(() => ({ lane: 77 })), /not those of its id/],
    [
      'a lane that is none',
      one((record) => ({ id: record.id.replace(/^\d+/, '77'), lane: 77 })),
      /the plan has 4 lanes/,
    ],
    [
      'a warm-up that is measured',
      all((records) => records.map((each) => ({ ...each, phase: 'profiling' as const }))),
      /not sent in the phase profiling/,
    ],
    ['a measured request put into warm-up', one(() => ({ phase: 'warmup' })), /not sent in the phase warmup/],
    ['an attempt that was none', one(() => ({ attempt: 2 })), /has no attempt 2/],
    ['an answer that was never sent', one(() => ({ sentMs: undefined! })), /answered, and never sent/],
    [
      'more hits than prompt',
      one((record) => ({ idealHitTokens: record.plannedInputTokens + 1 })),
      /more of its prompt/,
    ],
    [
      'a shorter window',
      (run) => ({
        ...run,
        phases: run.phases.map((span) =>
          span.phase === 'profiling' ? { ...span, endMs: span.endMs! - 30_000 } : span,
        ),
      }),
      /profiling lasted 30000 ms, and the window .* is 60000 ms/,
    ],
    [
      'a window that begins later',
      (run) => ({
        ...run,
        phases: run.phases.map((span) =>
          span.phase === 'profiling' ? { ...span, startMs: span.startMs + 10_000, endMs: span.endMs! + 10_000 } : span,
        ),
      }),
      /begins before what came before it had ended/,
    ],
    [
      'half the time for all',
      (run) => ({
        ...run,
        phases: run.phases.map(({ phase, startMs, endMs }) => ({ phase, startMs: startMs / 2, endMs: endMs! / 2 })),
      }),
      /profiling lasted 30000 ms/,
    ],
    [
      'phases without number',
      (run) => ({
        ...run,
        phases: Array.from({ length: 4 }, (_, i) => ({ phase: 'profiling' as const, startMs: i, endMs: i })),
      }),
      /there are 4 of them, more than attempts can have/,
    ],
    ['another end', (run) => ({ ...run, ended: { ...run.ended!, reason: 'passes' } }), /the plan has none/],
    [
      'a last phase without its end',
      (run) => ({ ...run, phases: run.phases.slice(0, -1).map(({ phase, startMs }) => ({ phase, startMs })) }),
      /its last phase did not/,
    ],
  ])('%s, and run.json made to fit', async (_, forge, message) => {
    const forged = forge(await whole)
    const records = emptyTally()
    for (const record of forged.records) countRecord(records, record)
    const run = { ...forged, ended: { ...forged.ended!, records } }
    expect(() => audit(run)).toThrow(ImpossibleRunError)
    expect(() => audit(run)).toThrow(message)
  })

  test.each<[string, (run: PlayedRun) => PlayedRun]>([
    ['no records', all(() => [])],
    ['the last record deleted', all((records) => records.slice(0, -1))],
    [
      'a failure turned into a success',
      all((records) =>
        records.map((each) => (each.outcome.kind === 'failed' ? { ...each, outcome: { kind: 'ok' } } : each)),
      ),
    ],
  ])('%s, by the counts that the run wrote at its end', async (_, forge) => {
    const forged = forge(await whole)
    expect(() => audit(forged)).toThrow(/of the phase \w+ are \w+, and the run wrote \d+/)
  })

  test('records deleted before a break', async () => {
    const breakings = [{ how: 'killed' as const, atMs: 20_000 }]
    const overrides = { until: { kind: 'window' as const, durationMs: 60_000 }, timeScale: 0.01 }
    const run = await playRun({ corpus: corpora[1]!, overrides, breakings })
    audit(run)
    const last = run.records.findLastIndex(({ attempt }) => attempt === 1)
    expect(() => audit({ ...run, records: run.records.toSpliced(last, 1) })).toThrow(
      /stand before attempt 2, and there were/,
    )
    const swapped = run.records.map((record, i) => (i === last ? { ...record, attempt: 2 } : record))
    expect(() => audit({ ...run, records: swapped })).toThrow(ImpossibleRunError)
  })
})
