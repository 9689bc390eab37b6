import { expect, test } from 'vitest'
import { buildResult } from '../../../measure/build-result.ts'
import { lanesLoad, okRecord, runHeader } from '../../../testing/run.fixture.ts'
import { groupRuns, labelRuns } from './group-runs.ts'
import { marksOf } from './marks-of.ts'
import type { ReportRun } from './report-run.ts'

/** A run of one request, with a time to first token that tells it apart. */
function run(seed: number, ttftMs: number, lanes = 4): ReportRun {
  const header = runHeader(lanesLoad({ lanes }), { identity: { model: 'm', gpus: 2 } })
  const result = buildResult({
    header: { ...header, plan: { ...header.plan, seed } },
    phases: [{ phase: 'profiling', startMs: 0, endMs: 1_800_000 }],
    records: [okRecord({ firstTokenMs: 1000 + ttftMs, firstAnswerMs: 1000 + ttftMs, lastTokenMs: 2000, doneMs: 2000 })],
    ended: 'window',
  })
  return { name: `seed-${seed}`, result, phases: [], requests: [] }
}

const marks = (...runs: ReportRun[]) => marksOf(labelRuns(groupRuns(runs)))

test('a run is a mark with its own figures', () => {
  const [mark, ...others] = marks(run(1, 100))
  expect(others).toEqual([])
  expect(mark).toMatchObject({ label: '4 lanes', lanes: 4, gpus: 2, runs: [0], n: { ttft: 1 } })
  expect(mark!.figures['ttft.p90']).toBe(100)
  expect(mark!.figures).not.toHaveProperty('kvUseMean')
})

test('three seeds of a point are one mark: the geometric mean and its interval', () => {
  const [mark, next] = marks(run(1, 100), run(2, 200), run(3, 400), run(1, 50, 8))
  expect(mark).toMatchObject({ label: '4 lanes, 3 seeds', runs: [0, 1, 2], n: { ttft: 3 } })
  // Logarithms of 100, 200 and 400 lie log 2 apart: the mean is 200, the factor exp(4.3027 * log 2 / sqrt 3) = 5.595.
  expect(mark!.figures['ttft.p50']).toBeCloseTo(200, 6)
  expect(mark!.ends['ttft.p50']!.map(Math.round)).toEqual([36, 1119])
  expect(next).toMatchObject({ lanes: 8, runs: [3] })
})

test('a seed that was run twice is no repeat: each time is a mark', () => {
  expect(marks(run(1, 100), run(1, 200)).map(({ runs }) => runs)).toEqual([[0], [1]])
})
