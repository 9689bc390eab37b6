import { expect, test } from 'vitest'
import type { Fidelity } from '../../result/fidelity.ts'
import { checkValue, renderFidelity } from './fidelity-table.ts'

const fidelity: Fidelity = {
  ...{ schema: 'fidelity/1', kind: 'capture', a: 'traces\u001b[31m', b: 'runs/one', verdict: 'deviates' },
  sentence: 'deviates: turns missing, gaps between turns',
  conditions: [
    { name: 'model', state: 'differs', a: 'acme/a', b: 'acme/b', accepted: true },
    { name: 'api', state: 'not told', b: 'chat' },
    { name: 'load', state: 'same', a: 'at recorded times', b: 'at recorded times' },
  ],
  counts: {
    captured: 1234,
    planned: 1234,
    dispatched: 1233,
    completed: 1200,
    sessions: { captured: 9, planned: 9, dispatched: 9 },
  },
  checks: [
    {
      name: 'missing-turns',
      verdict: 'deviates',
      limit: 0,
      value: 1,
      named: [{ name: 't turn 3 (not planned)' }],
      more: 4,
    },
    {
      ...{ name: 'gaps', verdict: 'deviates', limit: 500, limitChanged: true, value: 1500 },
      differences: { n: 9, min: -1, p10: 0, p50: 2.5, p90: 1500, p99: 70_000, max: 80_000 },
      ...{ named: [{ name: 't turn 4', by: -80_000 }], more: 0 },
    },
    {
      name: 'service-time',
      verdict: 'not comparable',
      limit: 0.25,
      value: 0.5,
      reason: 'model differs: another model',
      named: [],
      more: 0,
    },
  ],
  of: { planDigest: 'd', records: 1233 },
}

test('counts, what differs, every check with its figures, names, and the verdict last', () => {
  expect(renderFidelity(fidelity)).toMatchInlineSnapshot(`
    "captured: traces [31m
    replayed: runs/one

              captured  planned   sent  answered
    requests     1,234    1,234  1,233     1,200
    sessions         9        9      9

    differs: model: acme/a there, acme/b here (accepted)
    not told by both: api

    check                      verdict   value   at most   p10      p50     p90        p99
    turns missing             deviates       1         0
    gaps between turns        deviates   1.5 s  500 ms *  0 ms  +2.5 ms  +1.5 s  +1.17 min
    service time        not comparable  50.0 %    25.0 %
    * a changed limit

    service time: model differs: another model

    turns missing:
      t turn 3 (not planned)
      and 4 more

    gaps between turns:
      t turn 4 -1.33 min

    deviates: turns missing, gaps between turns
    "
  `)
})

test('differences have a sign where there is one', () => {
  const signed = [0.5, -0.5, 0, -0.0001, 0.0001].map((value) => checkValue(value, 'share', { signed: true }))
  expect(signed).toEqual(['+50.0 %', '-50.0 %', '0.0 %', '0.0 %', '0.0 %'])
  expect(checkValue(-1500, 'ms', { signed: true })).toBe('-1.5 s')
})

test('what a trace calls itself reaches no terminal raw', () => {
  expect(renderFidelity(fidelity)).not.toContain('\u001b')
})
