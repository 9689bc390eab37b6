import { ResultIndex } from '@reprise/matrix-generator'
import { expect, test } from 'vitest'
import type { CollectedJob } from '../result/collection.ts'
import { collectionOf, done, failed } from '../testing/collection.fixture.ts'
import { sweepJob } from '../testing/sweep.fixture.ts'
import { indexCollection } from './index-collection.ts'

const fingerprint = 'a'.repeat(64)
const imageDigest = `sha256:${'b'.repeat(64)}`
const measured = (n: number) => {
  const row = done(sweepJob(n, { fingerprint }))
  const results = row.results.map((result) => {
    const provenance = { ...result.provenance, corpusOrigin: 'synthetic', startedAt: '2026-08-01T00:00:00.000Z' }
    return { ...result, provenance }
  })
  return { ...row, results, status: { ...row.status, imageDigest } }
}
const indexed = (...rows: readonly CollectedJob[]) => indexCollection(collectionOf(...rows), '42').points

test('what a later sweep needs to know of a point: of what it was, when, and where its files are', () => {
  const row = measured(1)
  const points = indexed(row)
  expect(ResultIndex.parse({ schema: 'result-index/1', points })).toBeDefined()
  const { replaySemantics, corpusOrigin, startedAt } = row.results[0]!.provenance
  expect(points).toEqual([
    { id: row.job.id, fingerprint, imageDigest, replaySemantics, corpusOrigin, measuredAt: startedAt, run: '42' },
  ])
})

test('a point that was itself taken over is still where it was measured', () => {
  expect(indexed({ ...measured(1), reusedFrom: '7' })).toMatchObject([{ run: '7' }])
})

test('of several runs the oldest, and only where all were replayed alike', () => {
  const row = measured(1)
  const [result] = row.results
  const other = (changes: Partial<(typeof row)['results'][0]['provenance']>) => ({
    ...row,
    results: [result!, { ...result!, provenance: { ...result!.provenance, ...changes } }],
  })
  expect(indexed(other({ startedAt: '2020-01-01T00:00:00.000Z' }))).toMatchObject([
    { measuredAt: '2020-01-01T00:00:00.000Z' },
  ])
  expect(indexed(other({ replaySemantics: 'other' }))).toEqual([])
  expect(indexed(other({ corpusOrigin: 'recorded' }))).toEqual([])
})

test('what failed, what has no fingerprint and what only evaluates is none', () => {
  expect(indexed(failed(sweepJob(1, { fingerprint }), 'server', 'it died'))).toEqual([])
  expect(indexed(done(sweepJob(2)))).toEqual([])
  expect(indexed({ ...measured(3), results: [] })).toEqual([])
})
