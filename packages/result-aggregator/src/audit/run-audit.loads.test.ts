import type { LoadOverrides, LoadSize, PlannedRequest, RequestRecord } from '@reprise/replay-engine'
import type { PresetName } from '@reprise/replay-engine/presets'
import type { ScriptedReply } from '@reprise/replay-engine/stand-ins'
import { synthCorpus } from '@reprise/trace'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Breaking, type PlayedRun, playRun } from '../testing/played-run.fixture.ts'
import { RunAudit } from './run-audit.ts'

const corpora = [
  synthCorpus({ seed: 5, traces: 5, scale: 0.02, turnScale: 0.1, subagentShare: 1 }),
  synthCorpus({ seed: 7, traces: 12, scale: 0.05, turnScale: 0.2 }),
]

function script({ sessionIndex, turn, phase, lane }: PlannedRequest): ScriptedReply {
  const dice = (lane * 31 + sessionIndex * 17 + turn * 7_919) % 100
  const firstTokenMs = 20 + ((dice * 37) % 400)
  if (phase === 'profiling' && dice < 8)
    return { firstTokenMs, outcome: { kind: 'truncated', status: 400, message: 'too long' } }
  if (phase === 'profiling' && dice < 16)
    return { firstTokenMs, outcome: { kind: 'failed', class: 'server-error', message: 'no' } }
  return { firstTokenMs, tokenMs: 2, chunkTokens: 1 }
}

const until: fc.Arbitrary<NonNullable<LoadOverrides['until']>> = fc.oneof(
  fc.integer({ min: 500, max: 200_000 }).map((durationMs) => ({ kind: 'window' as const, durationMs })),
  fc.constant({ kind: 'passes' as const, passes: 1 }),
)
const breaking: fc.Arbitrary<Breaking> = fc.record({
  how: fc.constantFrom('killed' as const, 'interrupted' as const, 'aborted' as const),
  atMs: fc.integer({ min: 0, max: 60_000 }),
  lost: fc.integer({ min: 0, max: 3 }),
})

function audit({ records, ...run }: PlayedRun): void {
  let latestMs = 0
  const check = new RunAudit(run, { onWait: (lateMs) => (latestMs = Math.max(latestMs, lateMs)) })
  for (const record of records) check.add(record)
  check.end()
  // On virtual time nothing holds a client up.
  expect(latestMs).toBeLessThan(0.001)
}

describe('an honest run passes, however it went and however it ended', () => {
  test('AgentX v1, resumed too', async () => {
    const overrides = fc.record({
      until,
      treeIdleCapMs: fc.constantFrom(5_000, 300_000),
      systemIdleCapMs: fc.constantFrom(500, 10_000),
      warmup: fc.constantFrom({ kind: 'none' as const }, { kind: 'primers' as const, againPerLane: 3 }),
      timeScale: fc.constantFrom(0.1, 1),
      drainMs: fc.constantFrom(0, 30_000),
    })
    const seen = new Set<string>()
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 1 }),
        fc.integer({ min: 1, max: 4 }),
        overrides,
        fc.array(breaking, { maxLength: 2 }),
        async (corpus, lanes, overrides, breakings) => {
          const run = await playRun({
            corpus: corpora[corpus]!,
            preset: 'agentx-v1',
            lanes,
            overrides,
            breakings,
            script,
          })
          audit(run)
          for (const { id, idleCutMs, outcome } of run.records) {
            if (id.includes('+')) seen.add('again')
            if (idleCutMs !== undefined) seen.add('cut')
            seen.add(outcome.kind)
          }
        },
      ),
      { numRuns: 25 },
    )
    expect([...seen]).toEqual(expect.arrayContaining(['again', 'cut', 'ok', 'failed', 'truncated']))
  })

  test.each<[PresetName, LoadSize, LoadOverrides]>([
    ['fixed-schedule', {}, { turns: 'recorded' }],
    ['fixed-schedule', {}, { turns: 'gaps', timeScale: 0.1 }],
    ['rate', { sessionsPerS: 0.3 }, { arrivals: { kind: 'gamma', shape: 0.5 }, timeScale: 0.1 }],
  ])('%s %o %o', async (preset, size, changes) => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 1 }), until, fc.option(breaking), async (corpus, until, breaking) => {
        const broken = breaking ? { breakings: [breaking], resumesLast: false } : {}
        const overrides = { ...changes, until }
        audit(await playRun({ corpus: corpora[corpus]!, preset, size, overrides, script, ...broken }))
      }),
      { numRuns: 40 },
    )
  })
})

describe('a run that was changed is refused', () => {
  const agentx = playRun({
    corpus: corpora[1]!,
    preset: 'agentx-v1',
    lanes: 2,
    overrides: { until: { kind: 'window', durationMs: 600_000 } },
  })
  const rate = playRun({
    corpus: corpora[1]!,
    preset: 'rate',
    size: { sessionsPerS: 0.1 },
    overrides: { until: { kind: 'window', durationMs: 300_000 } },
  })

  const change =
    (wanted: (record: RequestRecord) => boolean, to: (record: RequestRecord) => Partial<RequestRecord>) =>
    (run: PlayedRun) => {
      const at = run.records.findIndex(wanted)
      expect(at).toBeGreaterThanOrEqual(0)
      return { ...run, records: run.records.with(at, { ...run.records[at]!, ...to(run.records[at]!) }) }
    }
  const without = (wanted: (record: RequestRecord) => boolean) => (run: PlayedRun) => {
    const at = run.records.findIndex(wanted)
    const left = run.records.toSpliced(at, 1)
    const tally = structuredClone(run.ended!.records)
    tally[run.records[at]!.phase][run.records[at]!.outcome.kind] -= 1
    return { ...run, records: left, ended: { ...run.ended!, records: tally } }
  }

  test.each<[string, Promise<PlayedRun>, (run: PlayedRun) => PlayedRun, RegExp]>([
    [
      'a primer that asked for more than a token',
      agentx,
      change(
        ({ phase }) => phase === 'warmup',
        () => ({ plannedOutputTokens: 2 }),
      ),
      /says that 2 output tokens were planned, and the plan 1/,
    ],
    [
      'a primer more often than the plan says',
      agentx,
      change(
        ({ id }) => id.endsWith('+10'),
        ({ id }) => ({ id: id.replace('+10', '+11') }),
      ),
      /sends no turn again more than 10 times/,
    ],
    [
      'a turn of profiling sent again',
      agentx,
      change(
        ({ phase }) => phase === 'profiling',
        ({ id }) => ({ id: `${id}+1` }),
      ),
      /is said to be sent again, and the plan sends it once/,
    ],
    [
      'idle time that was not cut',
      agentx,
      change(
        ({ idleCutMs = 0, phase }) => idleCutMs > 1_000 && phase === 'profiling',
        ({ idleCutMs: _, ...record }) => ({ ...record, idleCutMs: undefined }) as unknown as RequestRecord,
      ),
      /it was due before .* let it be/,
    ],
    [
      'an arrival without a record',
      rate,
      without(({ lane, turn }) => lane === 9 && turn === 0),
      /has no record|was due before the run ended/,
    ],
    [
      'an arrival that the plan does not have',
      rate,
      change(
        ({ turn }) => turn === 0,
        ({ id }) => ({ id: id.replace(/^\d+/, '99999'), lane: 99_999 }),
      ),
      /the plan has \d+ arrivals/,
    ],
  ])('%s', async (_, run, change, message) => {
    const played = await run
    expect(() => audit(played)).not.toThrow()
    expect(() => audit(change(played))).toThrow(message)
  })
})
