import { expect, test } from 'vitest'
import { buildResult } from '../../../measure/build-result.ts'
import { lanesLoad, okRecord, runHeader } from '../../../testing/run.fixture.ts'
import { curvePoints } from '../client/curve-points.ts'
import { buildReportData } from './build-report-data.ts'
import { groupRuns } from './group-runs.ts'
import type { ReportRun } from './report-run.ts'

const phases = [{ phase: 'profiling' as const, startMs: 0, endMs: 1_800_000 }]

function run(seed: number, lanes: number, ttftMs: number): ReportRun {
  const header = runHeader(lanesLoad({ lanes }))
  const firstTokenMs = 1000 + ttftMs
  const result = buildResult({
    header: { ...header, plan: { ...header.plan, seed } },
    phases,
    records: [okRecord({ sentMs: 1000, firstTokenMs, firstAnswerMs: firstTokenMs, lastTokenMs: 3000, doneMs: 3000 })],
    ended: 'window',
  })
  return { name: `seed-${seed}`, result, phases, requests: [] }
}

const data = buildReportData(groupRuns([run(1, 8, 70), run(1, 4, 100), run(2, 4, 200), run(3, 4, 400)]))

test('seeds of one size are one place on the curve, with the interval of their mean', () => {
  expect(data.groups).toHaveLength(1)
  expect(data.repeats).toHaveLength(1)
  const [{ seeds, lanes, metrics }] = data.repeats as [NonNullable<typeof data.repeats>[number]]
  expect([seeds, lanes, metrics.ttft?.n]).toEqual([3, 4, 3])
  expect(metrics.ttft?.p50).toBeCloseTo(200, 9)
  expect(metrics.ttft?.intervals?.p50).toEqual([expect.closeTo(35.75, 2), expect.closeTo(1119, 0)])
})

test('every run stays a point of its own, and says which place it is a part of', () => {
  expect(data.points.map(({ lanes, repeat }) => [lanes, repeat])).toEqual([
    [4, 0],
    [4, 0],
    [4, 0],
    [8, undefined],
  ])
})

test('curves join what stands for repeats, in the order of sizes', () => {
  expect(curvePoints(data).map(({ lanes, seeds }) => [lanes, seeds])).toEqual([
    [4, 3],
    [8, undefined],
  ])
})

test('a page without repeats says nothing of them', () => {
  expect(buildReportData(groupRuns([run(1, 8, 70), run(1, 4, 100)]))).not.toHaveProperty('repeats')
})
