import { describe, expect, test } from 'vitest'
import type { SubagentTimeBasis } from '../../corpus.ts'
import { decideSubagentTimes } from './decide-subagent-times.ts'
import { parseWekaTrace } from './parse.ts'

const completed = [request(0, { api_time: 10 }), marker(40.5, { duration_ms: 30_000, requests: [request(0)] })]
const started = [request(0, { api_time: 10 }), marker(10.5, { duration_ms: 30_000, requests: [request(0)] })]
const absolute = [request(0, { api_time: 10 }), marker(10.5, { duration_ms: 30_000, requests: [request(10.5)] })]
const idle = [request(0, { api_time: 10 }), marker(500, { duration_ms: 30_000, requests: [request(0)] })]
const launched = [request(0, { api_time: 10 }), marker(10.5, { status: 'async_launched', requests: [request(0)] })]
/** Inner times count from the start of the trace, and the marker is the completion: no reader's form. */
const absoluteCompleted = [
  request(0, { api_time: 100 }),
  marker(200, { duration_ms: 30_000, requests: [request(170), request(190)] }),
]

describe('one kind in the whole corpus', () => {
  test.each([
    ['inner times from 0, marker a duration behind the parent', [completed], 'completion-relative'],
    ['inner times from 0, marker right behind the parent', [started], 'start-relative'],
    ['inner times not before the marker', [absolute], 'start-absolute'],
    ['a marker after a long idle says nothing', [started, idle], 'start-relative'],
    ['an async marker says nothing about completed ones', [launched], 'completion-relative'],
    ['no subagents', [[request(0)]], 'completion-relative'],
  ] as const)('%s', (_, traces, basis) => {
    expect(decide(traces)).toEqual({ basis, contrary: [] })
  })
})

describe('mixed corpora: the majority of the traces decides, and the others are named', () => {
  test.each([
    ['markers', [started, completed, completed], 'completion-relative', ['0']],
    ['one relative trace among absolute ones', [absolute, completed, absolute], 'start-absolute', ['1']],
    ['one absolute trace among relative ones', [absolute, started, started], 'start-relative', ['0']],
    ['inner times far outside of the duration', [far(500), far(900), completed], 'start-absolute', ['2']],
    [
      'one trace with many subagents is one voice',
      [[...completed, ...completed, ...completed], started, started],
      'start-relative',
      ['0'],
    ],
    ['an even number: more subagents', [[...completed, ...completed.slice(1)], absolute], 'completion-relative', ['1']],
    ['a form that is none of the three', [absoluteCompleted, completed], 'completion-relative', ['0']],
  ] as const)('%s', (_, traces, basis, contrary) => {
    expect(decide(traces)).toEqual({ basis, contrary })
  })
})

test('what is forced holds against the evidence, which is told', () => {
  expect(decide([completed, absolute], 'start-absolute')).toEqual({ basis: 'start-absolute', contrary: ['0'] })
  expect(decide([completed, started], 'start-relative')).toEqual({ basis: 'start-relative', contrary: ['0'] })
  expect(decide([completed, [request(0)]], 'completion-relative')).toEqual({
    basis: 'completion-relative',
    contrary: [],
  })
})

function decide(traces: readonly (readonly unknown[])[], forced?: SubagentTimeBasis) {
  return decideSubagentTimes(
    traces.map((requests, id) => recorded(String(id), requests)),
    forced,
  )
}

/** A subagent of 20 s whose requests are written as instants of the trace. */
function far(t: number) {
  const requests = [request(t + 1), request(t + 15)]
  return [request(0, { api_time: t - 1 }), marker(t, { duration_ms: 20_000, requests })]
}

function request(t: number, more: object = {}) {
  return { t, in: 20, out: 2, hash_ids: [1], ...more }
}

function marker(t: number, more: object = {}) {
  return { t, type: 'subagent', status: 'completed', requests: [], ...more }
}

function recorded(id: string, requests: readonly unknown[]) {
  const notes = { globalNumbers: new Map<string, number>(), unknownField: () => {}, warn: () => {} }
  return parseWekaTrace({ id, block_size: 16, requests }, notes)
}
