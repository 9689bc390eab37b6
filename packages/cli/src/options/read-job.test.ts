import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sweepJobWith } from '@reprise/matrix-generator/fixtures'
import { expect, onTestFinished, test } from 'vitest'
import { readJob } from './read-job.ts'

const job = sweepJobWith()

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
  ['a row', { conc: 1 }, /expected "sweep-job\/2"; give one of the jobs/],
  ['a job of an earlier version', { ...job, schema: 'sweep-job/1' }, /is of an earlier version; plan the sweep anew/],
  ['a job whose row is of another', { ...job, row: { ...job.row, conc: 2 } }, /row: is not the row of its job; plan/],
  ['a list', [job], /give one of the jobs that reprise matrix/],
  ['a job with a wrong field', { ...job, gpus: 0 }, /job\.json: gpus: /],
  ['an empty file', '', /job\.json: is empty; see what the command/],
  ['a file of a blank line', ' \n', /is empty/],
  ['text', 'tiny', /is not JSON; give one of the jobs/],
])('%s is refused with the cure', async (_, value, words) => {
  await expect(readJob(fileWith(value))).rejects.toThrow(words)
})
