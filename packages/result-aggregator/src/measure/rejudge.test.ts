import { presets } from '@reprise/replay-engine/presets'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Result } from '../result/result.ts'
import type { RunHeader } from '../result/run-header.ts'
import { calmClient, lanesLoad, okRecord, runHeader, unansweredRecord } from '../testing/run.fixture.ts'
import { codeOf, rejudge } from './rejudge.ts'
import { resultGates } from './result-gates.ts'
import { RunMeasure } from './run-measure.ts'

const windowMs = 3_600_000

interface Told {
  readonly header?: Partial<RunHeader>
  readonly failed?: number
  readonly cancelled?: number
  readonly tooLong?: number
  readonly lateMs?: number
  readonly tokensOff?: number
  readonly preset?: 'agentx-v1' | 'agentx-v0.1'
  readonly turns?: number
}

/** A result of two hundred requests of twenty plays. */
function resultOf({
  header,
  failed = 0,
  cancelled = 0,
  tooLong = 0,
  lateMs = 5,
  tokensOff = 0,
  preset = 'agentx-v1',
  turns = 98_827,
}: Told = {}): Result {
  const load = preset === 'agentx-v1' ? { lanes: 1, ...presets[preset].load } : lanesLoad()
  const plain = runHeader(load)
  const facts = {
    blockSize: 64,
    blockIds: { turns, tooFewIds: 0, tooManyIds: 0, noIds: 0, noInput: 0 },
    subagentTimes: { basis: 'start-absolute', decidedBy: 'traces', contraryTraces: 0 },
  } as const
  const run = {
    ...plain,
    corpus: { origin: 'recorded' as const, facts },
    plan: { ...plain.plan, preset: { name: preset, changed: [] } },
    ...header,
  }
  const measure = new RunMeasure({ header: run, phases: [{ phase: 'profiling', startMs: 0, endMs: windowMs }] })
  const at = (i: number) => (i * windowMs) / 201 + 10
  for (let i = 0; i < 201; i += 1) {
    const own = {
      id: `0.${i % 20}.0.${i}`,
      play: i % 20,
      turn: i,
      dueMs: at(i) - lateMs,
      sentMs: at(i),
      doneMs: at(i) + 900,
    }
    if (i < failed) measure.add(unansweredRecord({ kind: 'failed', class: 'server-error', message: '' }, own))
    else if (i < failed + cancelled) measure.add(unansweredRecord({ kind: 'cancelled' }, own))
    else if (i < failed + cancelled + tooLong)
      measure.add(unansweredRecord({ kind: 'truncated', status: 400, message: '' }, own))
    else {
      const first = { firstTokenMs: at(i) + 100, firstAnswerMs: at(i) + 100, lastTokenMs: at(i) + 800 + i }
      measure.add(okRecord({ ...own, ...first, inputTokens: 1_000 + tokensOff, doneMs: first.lastTokenMs }))
    }
  }
  return JSON.parse(JSON.stringify(measure.result({ ended: 'window', health: calmClient }))) as Result
}

const told: fc.Arbitrary<Told> = fc.record({
  failed: fc.constantFrom(0, 1, 15, 60),
  cancelled: fc.constantFrom(0, 5, 120),
  tooLong: fc.constantFrom(0, 1, 9),
  lateMs: fc.constantFrom(1, 80, 400),
  tokensOff: fc.constantFrom(0, 20, 200),
  preset: fc.constantFrom('agentx-v1' as const, 'agentx-v0.1' as const),
  turns: fc.constantFrom(98_827, 7),
})

test('a result alone is judged as its run was, and keeps nothing back', () => {
  fc.assert(
    fc.property(told, (options) => {
      const result = resultOf(options)
      const { verdict, reasons, kept, submission } = rejudge(result)
      expect(verdict).toBe(result.validity.verdict)
      expect(reasons.map(codeOf).sort()).toEqual(result.validity.reasons.map(codeOf).sort())
      expect(kept).toEqual([])
      expect(submission?.reasons.map(codeOf)).toEqual(result.submission?.reasons.map(codeOf))
    }),
    { numRuns: 60 },
  )
})

test('reasons and limits of its own change nothing', () => {
  const result = resultOf({ failed: 60 })
  const own = {
    ...result,
    validity: { verdict: 'valid' as const, reasons: [], limits: { ...result.validity.limits, failedShare: 1 } },
    submission: { by: 'InferenceX AgentX v1', official: true, reasons: [] },
  }
  const { verdict, kept, submission } = rejudge(own)
  expect(verdict).toBe('invalid')
  expect(kept).toContain('failed-requests')
  expect(submission).toMatchObject({ official: false, reasons: [expect.stringMatching(/^run_cancelled: 60 of 201/)] })
})

test('what it admits and its figures do not tell is taken by its word', () => {
  const result = resultOf()
  const stalled = 'stalled: the last token came after 90 % of the window.'
  const reasons = ['insufficient_profile_metric_coverage: the last token came after 90 % of the window']
  const own = {
    ...result,
    validity: { ...result.validity, reasons: [...result.validity.reasons, stalled] },
    submission: { ...result.submission!, official: false, reasons },
  }
  expect(rejudge(own)).toMatchObject({ verdict: 'indicative', submission: { official: false, reasons } })
  expect(rejudge(own).reasons).toContain(stalled)
})

describe('gates', () => {
  const gate = (name: string, result: Result) => resultGates(result).find((each) => each.name === name)
  const changed = (change: (result: Result) => object): Result => ({ ...resultOf(), ...change(resultOf()) }) as Result

  test('an honest result passes all of them', () => {
    for (const result of [resultOf(), resultOf({ cancelled: 5, failed: 15 })])
      expect(resultGates(result).filter(({ outcome }) => outcome !== 'pass')).toEqual([])
  })

  test.each<[string, (result: Result) => object, RegExp]>([
    ['request_count', ({ counts }) => ({ counts: { ...counts, requests: 500 } }), /500 requests, and 201 outcomes/],
    ['completed_requests', ({ counts }) => ({ counts: { ...counts, ok: 0, cancelled: 201 } }), /^0 requests were/],
    [
      'error_rate',
      ({ counts }) => ({ counts: { ...counts, ok: 179, failed: 22 } }),
      /^22 of 201 failed \(10\.9 %, limit 10 %\)$/,
    ],
    [
      'finite_values',
      ({ throughput }) => ({ throughput: { ...throughput, output: -1 } }),
      /^throughput\.output is -1$/,
    ],
    [
      'finite_values',
      ({ metrics }) => ({ metrics: { ...metrics, ttft: { ...metrics.ttft, min: -5 } } }),
      /^ttft\.min is -5$/,
    ],
    [
      'order_of_values',
      ({ metrics }) => ({ metrics: { ...metrics, e2e: { ...metrics.e2e, p90: 1 } } }),
      /^e2e: p90 is 1, and p75 is/,
    ],
    [
      'order_of_values',
      ({ metrics }) => ({ metrics: { ...metrics, e2e: { ...metrics.e2e, mean: 1 } } }),
      /^e2e: mean is 1, and lies not/,
    ],
    [
      'order_of_values',
      ({ metrics }) => ({ metrics: { ...metrics, interactivity: { ...metrics.interactivity, p90: 1e6 } } }),
      /^interactivity: p75 is/,
    ],
    [
      'order_of_values',
      ({ metrics }) => ({ metrics: { ...metrics, e2e: { ...metrics.e2e, n: 999 } } }),
      /^e2e is of 999 requests/,
    ],
    [
      'limits',
      ({ validity }) => ({ validity: { ...validity, limits: { ...validity.limits, minRequests: 1 } } }),
      /other limits/,
    ],
  ])('%s', (name, change, says) => {
    expect(gate(name, changed(change))).toMatchObject({ outcome: 'fail', says: expect.stringMatching(says) })
  })

  test('as many failures as the limit allows pass', () => {
    expect(
      gate(
        'error_rate',
        changed(({ counts }) => ({ counts: { ...counts, ok: 180, failed: 20 } })),
      ),
    ).toMatchObject({
      outcome: 'pass',
      says: expect.stringContaining('(10 %'),
    })
  })
})
