import type { SweepJob } from '@reprise/matrix-generator'
import { expect, test } from 'vitest'
import { jobOptions } from './job-options.ts'

const job: SweepJob = {
  schema: 'sweep-job/1',
  id: '0123456789abcdef',
  name: 'tiny',
  configKey: 'tiny',
  epoch: 'aug2026',
  gpus: 8,
  row: { model: 'acme/tiny', runner: 'cluster:b200-lab', conc: 16, duration: 3_600, 'scenario-type': 'agentic-coding' },
  profile: 'lab',
  runsOn: ['x'],
  timeoutMinutes: 60,
  debugTrace: false,
}

test('an agentic job: its concurrency and window, on the preset that its recipe names or the first', () => {
  expect(jobOptions(job, {})).toEqual({
    preset: 'agentx-v0.1',
    duration: 3_600_000,
    lanes: [16],
    model: 'acme/tiny',
    hardware: 'b200',
    gpus: 8,
  })
  const recipe = { preset: 'other', timeScale: 0.05, quiesceMs: 200, maxContextTokens: 131_072 }
  expect(jobOptions(job, recipe)).toMatchObject({
    preset: 'other',
    timeScale: 0.05,
    quiesceMs: 200,
    maxContext: 131_072,
  })
})

test('a job of fixed lengths: its own lengths, and no window', () => {
  const row = { model: 'acme/tiny', runner: 'h100', conc: 4, isl: 1_024, osl: 512 }
  const options = jobOptions({ ...job, row, debugTrace: true }, { preset: 'agentx-v0.1' })
  expect(options).toMatchObject({ preset: 'fixed-seq-len', isl: 1_024, osl: 512, lanes: [4], debugTrace: true })
  expect(options).not.toHaveProperty('duration')
})

test('a deployment that is measured at several concurrencies', () => {
  expect(jobOptions({ ...job, row: { ...job.row, conc: [8, 16] } }, {}).lanes).toEqual([8, 16])
})

test('a row without a concurrency cannot be replayed', () => {
  const { conc: _, ...row } = job.row
  expect(() => jobOptions({ ...job, row }, {})).toThrow(/has no conc/)
})
