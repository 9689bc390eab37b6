import type { RequestRecord } from '@reprise/replay-engine'
import { describe, expect, test } from 'vitest'
import type { RunHeader } from '../result/run-header.ts'
import { lanesLoad, okRecord, runHeader, unansweredRecord } from '../testing/run.fixture.ts'
import { buildResult } from './build-result.ts'
import type { RunOutcome } from './run-measure.ts'

const windowMs = 1_800_000
const phases = [{ phase: 'profiling', startMs: 0, endMs: windowMs }] as const

/** `count` good requests spread over the window, each at its own instant. */
function goodRun(count: number, changes: Partial<RequestRecord> = {}): RequestRecord[] {
  return Array.from({ length: count }, (_, i) => {
    const sentMs = ((i + 0.9) / count) * windowMs
    return okRecord({
      id: `${i % 16}.${i}.0.0`,
      lane: i % 16,
      play: Math.floor(i / 64),
      dueMs: sentMs - 1,
      sentMs,
      firstTokenMs: sentMs + 100,
      lastTokenMs: sentMs + 600,
      doneMs: sentMs + 601,
      ...changes,
    })
  })
}

interface Case extends RunOutcome {
  readonly header?: RunHeader
  readonly records?: RequestRecord[]
}

function verdictOf({ header = runHeader(), records = goodRun(200), ended = 'window', ...rest }: Case) {
  const { verdict, reasons } = buildResult({ header, records, phases, ended, ...rest }).validity
  return { verdict, codes: reasons.map((reason) => reason.split(':')[0]) }
}

const failed = (count: number) =>
  Array.from({ length: count }, () => unansweredRecord({ kind: 'failed', class: 'server-error', message: '' }))

test('a run that nothing can be held against is valid', () => {
  expect(verdictOf({})).toEqual({ verdict: 'valid', codes: [] })
})

describe('failed requests', () => {
  test('one in a hundred passes, inclusive; from there to a tenth, inclusive, it is worth a word', () => {
    expect(verdictOf({ records: [...goodRun(198), ...failed(2)] }).verdict).toBe('valid')
    const indicative = { verdict: 'indicative', codes: ['failed-requests'] }
    expect(verdictOf({ records: [...goodRun(197), ...failed(3)] })).toEqual(indicative)
    expect(verdictOf({ records: [...goodRun(180), ...failed(20)] })).toEqual(indicative)
  })
  test('in warm-up: one in ten passes, more leave lanes with a cold cache', () => {
    const warmup = (ok: number, bad: number) =>
      [...goodRun(ok), ...failed(bad)].map((record): RequestRecord => ({ ...record, phase: 'warmup' }))
    expect(verdictOf({ records: [...goodRun(200), ...warmup(9, 1)] }).verdict).toBe('valid')
    const cold = { verdict: 'indicative', codes: ['warmup-failed'] }
    expect(verdictOf({ records: [...goodRun(200), ...warmup(8, 2)] })).toEqual(cold)
  })
  test('what was never sent could not fail: it is not among the requests that failures are a share of', () => {
    const { sentMs: _, ...unsent } = unansweredRecord({ kind: 'truncated', message: 'too long' })
    const manyUnsent = Array.from({ length: 300 }, () => unsent)
    const records = [...goodRun(180), ...failed(21), ...manyUnsent]
    expect(verdictOf({ records })).toEqual({ verdict: 'invalid', codes: ['failed-requests'] })
    const { reasons } = buildResult({ header: runHeader(), records, phases, ended: 'window' }).validity
    expect(reasons[0]).toMatch(/^failed-requests: 21 of 201 requests failed \(10\.4 %, limit 10 %\)/)
  })
  test('one more does not', () => {
    expect(verdictOf({ records: [...goodRun(180), ...failed(21)] })).toEqual({
      verdict: 'invalid',
      codes: ['failed-requests'],
    })
  })
  test('the reason says how many, of what, and what to do', () => {
    const records = [
      ...goodRun(100),
      ...failed(20),
      unansweredRecord({ kind: 'failed', class: 'timeout', message: '' }),
    ]
    const { reasons } = buildResult({ header: runHeader(), records, phases, ended: 'window' }).validity
    expect(reasons).toEqual([
      'failed-requests: 21 of 121 requests failed (17.4 %, limit 10 %): 20 server-error, 1 timeout. Mend the server or lower the load, then run again.',
    ])
  })
  test('where it is the client that cannot connect, nobody is sent to the server', () => {
    const own = (count: number) =>
      Array.from({ length: count }, () => unansweredRecord({ kind: 'failed', class: 'client-host', message: '' }))
    const reasonsOf = (records: RequestRecord[]) =>
      buildResult({ header: runHeader(), records, phases, ended: 'stopped' }).validity.reasons.map((reason) =>
        reason.replace(/^.*(\.|\S:) (?=Mend)/, ''),
      )
    const mendClient = "Mend the client's host, as the messages of its records say, then run again."
    expect(reasonsOf([...goodRun(100), ...own(21), ...failed(20)])).toEqual([mendClient, mendClient])
    expect(reasonsOf([...goodRun(100), ...own(20), ...failed(20)])).toEqual([
      'Mend the server or lower the load, then run again.',
      'Mend the server, then run again.',
    ])
  })
  test('a run that was given up is invalid, however many ended well before', () => {
    expect(verdictOf({ records: [...goodRun(300), ...failed(20)], ended: 'stopped' })).toEqual({
      verdict: 'invalid',
      codes: ['given-up', 'failed-requests'],
    })
  })
  test('nothing at all', () => {
    expect(verdictOf({ records: [] })).toEqual({ verdict: 'invalid', codes: ['no-ok-request'] })
    expect(verdictOf({ records: failed(3) }).codes).toEqual(['no-ok-request', 'failed-requests'])
  })
})

describe('content', () => {
  const off = (inputTokens: number) =>
    okRecord({ id: 'off', dueMs: 0.95 * windowMs, sentMs: 0.95 * windowMs, inputTokens, lastTokenMs: 0.99 * windowMs })

  test('99.5 % exact passes', () => {
    expect(verdictOf({ records: [...goodRun(199), off(1001)] }).verdict).toBe('valid')
  })
  test('less does not', () => {
    const records = [...goodRun(198), off(1001), off(1001)]
    expect(verdictOf({ records })).toEqual({ verdict: 'invalid', codes: ['inexact-input'] })
  })
  test('a total more than 1 % off is worth a word, more than 5 % is another workload (T7)', () => {
    expect(verdictOf({ records: [...goodRun(199), off(4000)] })).toEqual({
      verdict: 'indicative',
      codes: ['input-drift'],
    })
    expect(verdictOf({ records: [...goodRun(199), off(12_000)] })).toEqual({
      verdict: 'invalid',
      codes: ['input-total'],
    })
  })
  test('no usage: planned counts stand in, and it says so', () => {
    const { inputTokens: _, cachedTokens: __, ...silent } = okRecord()
    expect(verdictOf({ records: [...goodRun(199), silent] }).codes).toEqual(['usage-missing', 'cache-partly-known'])
  })
  test('a server that stops early', () => {
    expect(verdictOf({ records: goodRun(200, { outputTokens: 10 }) }).codes).toEqual(['short-output'])
  })
  test('a server that still held blocks of an earlier run', () => {
    const hit = (cachedTokens: number) =>
      goodRun(200).map((record) => ({
        ...record,
        inputTokens: 1000,
        plannedInputTokens: 1000,
        idealHitTokens: 500,
        cachedTokens,
      }))
    expect(verdictOf({ records: hit(505) }).verdict).toBe('valid')
    expect(verdictOf({ records: hit(506) })).toEqual({ verdict: 'indicative', codes: ['cache-carryover'] })
  })
  test('prompts refused as too long; those the plan left unsent are its own choice', () => {
    const truncated = { kind: 'truncated', message: 'too long' } as const
    const refused = Array.from({ length: 3 }, () => unansweredRecord(truncated))
    expect(verdictOf({ records: [...goodRun(197), ...refused] }).codes).toEqual(['context-overflow'])
    const unsent = refused.map(({ sentMs: _, ...record }) => record)
    expect(verdictOf({ records: [...goodRun(197), ...unsent] }).verdict).toBe('valid')
  })
})

describe('the client', () => {
  test('late by more than 50 ms at p99 is a warning, by more than 250 ms the end', () => {
    const late = (ms: number) => goodRun(200).map((record) => ({ ...record, dueMs: record.sentMs! - ms }))
    expect(verdictOf({ records: late(49.9) }).verdict).toBe('valid')
    expect(verdictOf({ records: late(50.5) })).toEqual({ verdict: 'indicative', codes: ['late-dispatch'] })
    expect(verdictOf({ records: late(249) })).toEqual({ verdict: 'indicative', codes: ['late-dispatch'] })
    expect(verdictOf({ records: late(251) })).toEqual({ verdict: 'invalid', codes: ['late-dispatch'] })
    // Of 99 requests, p99 is the worst one or two.
    expect(verdictOf({ records: late(251).slice(-99) }).verdict).toBe('indicative')
    const limits = {
      ...buildResult({ header: runHeader(), records: [], phases }).validity.limits,
      dispatchDelayP99Ms: { warn: 60, fail: 250 },
    }
    expect(verdictOf({ records: late(50.5), limits }).verdict).toBe('valid')
  })
  test('is not late where nobody answers, or too many requests met nobody: it asks in vain, at once', () => {
    const lateMs = 300
    const inVain = (count: number) =>
      Array.from({ length: count }, () => ({
        ...unansweredRecord({ kind: 'failed', class: 'connect', message: '' }),
        sentMs: undefined,
        connectStartMs: lateMs,
        dueMs: 0,
      })).map(({ sentMs: _, ...record }): RequestRecord => record)
    const stalled = { eventLoopDelayMs: { p50: 1, p99: 300, max: 300 } }
    expect(verdictOf({ records: inVain(200), health: stalled }).codes).toEqual(['no-ok-request', 'failed-requests'])
    expect(verdictOf({ records: [...goodRun(170), ...inVain(30)] }).codes).toEqual(['failed-requests'])
    // What is not invalid without it stays so.
    const some = verdictOf({ records: [...goodRun(190), ...inVain(10)] })
    expect(some).toEqual({ verdict: 'invalid', codes: ['late-dispatch', 'failed-requests'] })
    const ofServer = failed(30).map((record): RequestRecord => ({ ...record, dueMs: record.sentMs! - lateMs }))
    expect(verdictOf({ records: [...goodRun(170), ...ofServer] }).codes).toEqual(['failed-requests', 'late-dispatch'])
  })
  test('its event loop', () => {
    const loop = (p99: number) => ({ health: { eventLoopDelayMs: { p50: 1, p99, max: p99 } } })
    // The median TPOT is 50 ms: 10 ms is a fifth of it.
    expect(verdictOf(loop(10)).verdict).toBe('valid')
    expect(verdictOf(loop(11))).toEqual({ verdict: 'indicative', codes: ['client-jitter'] })
    expect(verdictOf(loop(51))).toEqual({ verdict: 'indicative', codes: ['client-stalled'] })
    expect(verdictOf(loop(251))).toEqual({ verdict: 'invalid', codes: ['client-stalled'] })
  })
  test('its processor', () => {
    expect(verdictOf({ health: { cpuShare: 0.85 } }).verdict).toBe('valid')
    expect(verdictOf({ health: { cpuShare: 0.86 } }).codes).toEqual(['client-cpu'])
  })
  test('does not matter on virtual time', () => {
    const header = runHeader(lanesLoad(), { target: { kind: 'in-process', simulated: true, clock: 'virtual' } })
    const health = { cpuShare: 1, eventLoopDelayMs: { p99: 900 } }
    expect(verdictOf({ header, health }).codes).toEqual(['simulated-target'])
  })
})

describe('how far the numbers reach', () => {
  const presetChanged = (load = lanesLoad()) => {
    const header = runHeader(load)
    return { ...header, plan: { ...header.plan, preset: { name: 'agentx-v0.1', changed: ['until'] } } }
  }
  const passesLoad = lanesLoad({ until: { kind: 'passes', passes: 1 } })
  const asked = (target: Partial<RunHeader['target']>): Case => ({
    header: runHeader(lanesLoad(), { target: { kind: 'http', simulated: false, clock: 'wall', ...target } }),
  })

  test.each<[string, Case]>([
    [
      'simulated-target',
      { header: runHeader(lanesLoad(), { target: { kind: 'http', simulated: true, clock: 'wall' } }) },
    ],
    ['synthetic-corpus', { header: runHeader(lanesLoad(), { corpus: { origin: 'synthetic' } }) }],
    ['changed-preset', { header: presetChanged() }],
    ['natural-output', asked({ outputLength: 'natural' })],
    ['proxy', asked({ proxies: [{ endpoint: 'http://gpu:8000', proxy: 'http://proxy:3128', by: 'HTTP_PROXY' }] })],
    ['insecure', asked({ insecure: true })],
    [
      'live-replies',
      {
        ...asked({ assistant: 'live' }),
        records: goodRun(200).map((record, i) =>
          i < 3 ? { ...record, inputTokens: record.plannedInputTokens + 1 } : record,
        ),
      },
    ],
    ['extra-body', asked({ extras: { headers: [], body: { top_p: 0.9 } } })],
    ['few-requests', { records: goodRun(99) }],
    [
      'censored',
      { records: [...goodRun(197), ...Array.from({ length: 3 }, () => unansweredRecord({ kind: 'cancelled' }))] },
    ],
    ['partial', { ended: 'aborted' }],
    ['partial', { unreadableLines: 1 }],
  ])('%s', (code, input) => {
    expect(verdictOf(input)).toEqual({ verdict: 'indicative', codes: [code] })
  })

  test('an engine that is not the one of the job, by its own word', () => {
    const answered = (engine: RunHeader['target']['engine']) =>
      buildResult({
        header: runHeader(lanesLoad(), { target: { ...runHeader().target, engine } }),
        records: goodRun(200),
        phases,
        ended: 'window',
      }).validity
    const signs = ['owned_by sglang']
    expect(answered({ name: 'sglang', version: '0.5.9', signs, expected: 'vllm' })).toMatchObject({
      verdict: 'indicative',
      reasons: [
        'other-engine: the job is of vllm, and what answered says that it is sglang 0.5.9 (owned_by sglang). ' +
          'Start the engine of the job, or correct the job.',
      ],
    })
    expect(answered({ name: 'sglang', signs, expected: 'dynamo-sglang' }).verdict).toBe('valid')
    expect(answered({ name: 'sglang', signs }).verdict).toBe('valid')
    expect(answered({ signs: [], expected: 'vllm' }).verdict).toBe('valid')
  })

  test('no token in the last tenth of the window: it stalled, and so the load was not steady', () => {
    const records = goodRun(200).filter(({ sentMs }) => sentMs! < 0.9 * windowMs)
    expect(verdictOf({ records })).toEqual({ verdict: 'indicative', codes: ['unsteady', 'stalled'] })
  })

  test('passes that the preset does not ask for', () => {
    expect(verdictOf({ header: presetChanged(passesLoad) }).codes).toEqual(['changed-preset', 'passes'])
    expect(verdictOf({ header: runHeader(passesLoad, { corpus: { origin: 'preset' } }) }).verdict).toBe('valid')
  })

  test('a window of less than 15 minutes', () => {
    const load = lanesLoad({ until: { kind: 'window', durationMs: 60_000 } })
    const records = goodRun(100).map((record, i) => ({ ...record, firstTokenMs: 600 * i, lastTokenMs: 600 * i + 500 }))
    expect(verdictOf({ header: runHeader(load), records })).toEqual({ verdict: 'indicative', codes: ['short-window'] })
  })

  test('what makes a run invalid stands first', () => {
    const header = runHeader(lanesLoad(), { corpus: { origin: 'synthetic' } })
    expect(verdictOf({ header, records: [...goodRun(100), ...failed(50)] }).codes).toEqual([
      'failed-requests',
      'synthetic-corpus',
    ])
  })
})
