import { presets } from '@reprise/replay-engine/presets'
import { describe, expect, test } from 'vitest'
import type { Result } from '../result/result.ts'
import type { RunHeader } from '../result/run-header.ts'
import { okRecord, runHeader, unansweredRecord } from '../testing/run.fixture.ts'
import { RunMeasure } from './run-measure.ts'

const preset = 'agentx-v1'
const load = { lanes: 1, ...presets[preset].load }
const windowMs = 3_600_000
const facts = {
  blockSize: 64,
  blockIds: { turns: 98_827, tooFewIds: 0, tooManyIds: 0, noIds: 0, noInput: 0 },
  subagentTimes: { basis: 'start-absolute', decidedBy: 'traces', contraryTraces: 0 },
} as const

function header(changes: Partial<RunHeader> = {}, changed: string[] = []): RunHeader {
  const plain = runHeader(load)
  return {
    ...plain,
    corpus: { origin: 'recorded', facts },
    plan: { ...plain.plan, preset: { name: preset, changed } },
    ...changes,
  }
}

interface Run {
  readonly header?: RunHeader
  readonly failed?: number
  readonly tooLong?: number
  readonly lastMs?: number
  readonly ended?: 'window' | 'interrupted'
}

/** A hundred requests, the last one's last token so late in the window. */
function submissionOf({
  header: given = header(),
  failed = 0,
  tooLong = 0,
  lastMs = windowMs - 1,
  ended = 'window',
}: Run): Result['submission'] {
  const measure = new RunMeasure({ header: given, phases: [{ phase: 'profiling', startMs: 0, endMs: windowMs }] })
  for (let i = 0; i < 100 - failed - tooLong; i += 1) measure.add(okRecord({ id: `0.0.0.${i}` }))
  for (let i = 0; i < failed; i += 1)
    measure.add(unansweredRecord({ kind: 'failed', class: 'server-error', message: '' }, { id: `0.1.0.${i}` }))
  for (let i = 0; i < tooLong; i += 1)
    measure.add(unansweredRecord({ kind: 'truncated', status: 400, message: '' }, { id: `0.2.0.${i}` }))
  measure.add(
    okRecord({
      id: '0.3.0.0',
      sentMs: lastMs - 20,
      firstTokenMs: lastMs - 10,
      firstAnswerMs: lastMs - 10,
      lastTokenMs: lastMs,
      doneMs: lastMs,
    }),
  )
  return measure.result({ ended }).submission
}

describe('an official run of AgentX v1', () => {
  test('is one by the preset, on its corpus, that ran to the end of its window', () => {
    expect(submissionOf({})).toEqual({ by: 'InferenceX AgentX v1', official: true, reasons: [] })
  })

  test('or for a quarter of an hour at least', () => {
    const run = (durationMs: number) => {
      const plain = header()
      const until = { kind: 'window', durationMs } as const
      return header({ plan: { ...plain.plan, load: { ...load, until }, preset: { name: preset, changed: ['until'] } } })
    }
    expect(submissionOf({ header: run(900_000), lastMs: 899_999 })?.official).toBe(true)
    expect(submissionOf({ header: run(899_000), lastMs: 898_999 })?.reasons).toEqual([
      'unsafe_override: the window is shorter than 900 s, or there is none',
    ])
  })

  test.each<[string, Run, RegExp]>([
    ['with another load', { header: header({}, ['treeIdleCapMs', 'until']) }, /^unsafe_override: treeIdleCapMs differ/],
    [
      'on other traces',
      { header: header({ corpus: { origin: 'recorded' } }) },
      /^unsafe_override: the corpus is not one/,
    ],
    [
      'on a model of an engine',
      { header: header({ target: { kind: 'http', simulated: true, clock: 'wall' } }) },
      /^unsafe_override: a model of an engine answered/,
    ],
    ['with prompts that were refused', { tooLong: 2 }, /^context_overflow_rate_exceeded: the server refused 2 of 101/],
    ['that was interrupted', { ended: 'interrupted' }, /^run_cancelled: the run ended before its time/],
    ['with one failure in nine', { failed: 11 }, /^run_cancelled: 11 of 101 requests failed/],
    [
      'whose server stalled',
      { lastMs: 0.979 * windowMs },
      /^insufficient_profile_metric_coverage: the last token came after 97.9 %/,
    ],
  ])('is none %s', (_, run, reason) => {
    const { official, reasons } = submissionOf(run)!
    expect(official).toBe(false)
    expect(reasons).toHaveLength(1)
    expect(reasons[0]).toMatch(reason)
  })

  test('has its limits: one in a hundred refused, one in ten failed, 98 % covered', () => {
    expect(submissionOf({ tooLong: 1 })?.official).toBe(true)
    expect(submissionOf({ failed: 10 })?.official).toBe(true)
    expect(submissionOf({ lastMs: 0.98 * windowMs })?.official).toBe(true)
  })
})

test('a preset that nobody publishes by has no official runs', () => {
  expect(submissionOf({ header: runHeader() })).toBeUndefined()
})
