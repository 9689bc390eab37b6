import { expect, test } from 'vitest'
import { buildResult } from '../../../measure/build-result.ts'
import { lanesLoad, okRecord, runHeader } from '../../../testing/run.fixture.ts'
import { liesApart } from '../client/lies-apart.ts'
import { groupRuns, labelRuns } from './group-runs.ts'
import { marksOf } from './marks-of.ts'
import type { ReportRun } from './report-run.ts'
import { trendsOf } from './trends-of.ts'

function run(identity: { label?: string; hardware?: string }, lanes = 4, startedAt?: string): ReportRun {
  const phases = [{ phase: 'profiling' as const, startMs: 0, endMs: 2_000 }]
  const header = runHeader(lanesLoad({ lanes }), { identity: { model: 'm', ...identity } })
  const result = buildResult({ header, phases, records: [okRecord({})], ended: 'window' })
  const { startedAt: _, ...provenance } = result.provenance
  const dated = { ...provenance, ...(startedAt !== undefined && { startedAt }) }
  return { name: 'run', result: { ...result, provenance: dated }, phases, requests: [] }
}

function trends(...runs: ReportRun[]) {
  const labelled = labelRuns(groupRuns(runs))
  return trendsOf(labelled, marksOf(labelled)).map(({ name, steps }) => [
    name,
    ...steps.map(({ revision }) => revision),
  ])
}

test('a point that was measured at several revisions is a line, by date', () => {
  const [late, early] = [
    run({ label: 'v2' }, 4, '2026-11-02T00:00:00Z'),
    run({ label: 'v1' }, 4, '2026-11-01T00:00:00Z'),
  ]
  expect(trends(late, early)).toEqual([['4 lanes', 'v1', 'v2']])
})

test('without dates the order is that in which they were given, and each size has a line', () => {
  const all = [run({ label: 'b' }), run({ label: 'b' }, 8), run({ label: 'a' }), run({ label: 'a' }, 8)]
  expect(trends(...all)).toEqual([
    ['4 lanes', 'b', 'a'],
    ['8 lanes', 'b', 'a'],
  ])
})

test('other hardware is no revision, and one revision no trend', () => {
  expect(trends(run({ hardware: 'h100' }), run({ hardware: 'b200' }))).toEqual([])
  expect(trends(run({ label: 'v1' }), run({ label: 'v1' }, 8))).toEqual([])
})

test('intervals lie apart where they have nothing in common', () => {
  expect([liesApart([1, 2], [2.1, 3]), liesApart([1, 2], [2, 3]), liesApart([1, 2], undefined)]).toEqual([
    true,
    false,
    false,
  ])
})
