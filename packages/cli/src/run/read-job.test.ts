import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readJob } from './read-job.ts'

const job = {
  schema: 'sweep-job/1',
  id: '0'.repeat(16),
  name: 'tiny_conc1',
  configKey: 'tiny',
  epoch: 'aug2026',
  gpus: 1,
  row: { conc: 1 },
  profile: 'local',
  runsOn: ['ubuntu-latest'],
  timeoutMinutes: 60,
  debugTrace: false,
}

function fileWith(value: unknown): string {
  const folder = mkdtempSync(join(tmpdir(), 'reprise-read-job-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'job.json')
  writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value))
  return file
}

test('a job, and a sweep of one job', async () => {
  expect(await readJob(fileWith(job))).toEqual(job)
  expect(await readJob(fileWith({ schema: 'sweep-plan/1', jobs: [job] }))).toEqual(job)
})

test.each([
  ['several jobs', { schema: 'sweep-plan/1', jobs: [job, job] }, /is a sweep of 2 jobs; cut one out/],
  ['no job', { schema: 'sweep-plan/1', jobs: [] }, /is a sweep of 0 jobs/],
  ['a row', { conc: 1 }, /expected "sweep-job\/1"; give one of the jobs/],
  ['a list', [job], /give one of the jobs that reprise matrix/],
  ['a job with a wrong field', { ...job, gpus: 0 }, /job\.json: gpus: /],
  ['text', 'tiny', /is not JSON; give one of the jobs/],
])('%s is refused with the cure', async (_, value, words) => {
  await expect(readJob(fileWith(value))).rejects.toThrow(words)
})
