import { expect, test } from 'vitest'
import { buildResult } from '../../../measure/build-result.ts'
import { lanesLoad, okRecord, runHeader } from '../../../testing/run.fixture.ts'
import type { LabelledRun } from '../content/group-runs.ts'
import { repeatsTable } from './repeats-table.ts'

/** A run of one request, with a time to first token that tells it apart. */
function run(seed: number, ttftMs: number, model = 'acme/model-7b'): LabelledRun {
  const header = runHeader(lanesLoad(), { identity: { model } })
  const result = buildResult({
    header: { ...header, plan: { ...header.plan, seed } },
    phases: [{ phase: 'profiling', startMs: 0, endMs: 1_800_000 }],
    records: [okRecord({ firstTokenMs: 1000 + ttftMs, firstAnswerMs: 1000 + ttftMs, lastTokenMs: 2000, doneMs: 2000 })],
    ended: 'window',
  })
  return {
    run: { name: `seed-${seed}`, result, phases: [], requests: [] },
    index: 0,
    group: 0,
    workload: 0,
    groupName: '',
    label: '',
  }
}

test('three seeds are one line: the geometric mean and its interval', () => {
  // Logarithms of 100, 200 and 400 lie log 2 apart: the mean is 200, the factor exp(4.3027 * log 2 / sqrt 3) = 5.595.
  const { text } = repeatsTable([run(1, 100), run(2, 200), run(3, 400)])
  expect(text).toContain('<td>200 [35.7-1,119]</td>')
  expect(text).toContain('<td>3</td>')
})

test('two seeds have a mean alone, and a seed that was run twice counts once', () => {
  const { text } = repeatsTable([run(1, 100), run(2, 400), run(2, 900)])
  expect(text).toContain('<td>200</td>')
  expect(text).toContain('<td>2</td>')
})

test('one seed is no repeat, nor is another model', () => {
  expect(repeatsTable([run(1, 100), run(1, 200)]).text).toBe('')
  expect(repeatsTable([run(1, 100), run(2, 200, 'acme/other')]).text).toBe('')
})
