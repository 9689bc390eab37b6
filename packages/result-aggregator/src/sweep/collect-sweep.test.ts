import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LaunchFailureRecord } from '@reprise/launcher/record'
import type { SweepJob } from '@reprise/matrix-generator'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { judgeJob } from '../measure/judge-job.ts'
import { Collection } from '../result/collection.ts'
import { RunFolderError } from '../run-folder/run-folder.ts'
import { leaveDone as leaveDoneJob, leave as leaveFile, leaveRun } from '../testing/job-run.fixture.ts'
import { nothingLeft, resultOf, sweepJob, sweepPlan } from '../testing/sweep.fixture.ts'
import { collectSweep } from './collect-sweep.ts'

let parent = ''
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'reprise-collect-'))
})
afterEach(() => rmSync(parent, { recursive: true, force: true }))

const leave = (job: SweepJob, path: string, content: unknown) => leaveFile(parent, job, path, content)
const leaveDone = (job: SweepJob, counts?: { ok?: number; failed?: number }) => leaveDoneJob(parent, job, counts)

async function rowOf(job: SweepJob) {
  const { rows } = await collectSweep(sweepPlan(job), parent)
  return rows[0]!
}

test('a row for every planned job, in the order of the plan, and none for anything else', async () => {
  const [one, two, three] = [sweepJob(1), sweepJob(2), sweepJob(3)]
  await leaveDone(three)
  await leaveDone(one)
  await leaveDone(sweepJob(7))
  mkdirSync(join(parent, 'job-'))
  mkdirSync(join(parent, '..\u001b[31m;=cmd()'))
  const collection = await collectSweep(sweepPlan(one, two, three), parent)
  expect(Collection.parse(collection)).toEqual(collection)
  expect(collection.rows.map(({ job, status }) => [job.id, status.failure?.class])).toEqual([
    [one.id, undefined],
    [two.id, 'missing'],
    [three.id, undefined],
  ])
  expect(collection.totals).toEqual({ jobs: 3, done: 2, failed: 1 })
  expect(collection.strays.map(({ name }) => name)).toEqual(['.. [31m;=cmd()', 'job-', `job-${sweepJob(7).id}`])
})

test('the command that does it again is ours, whatever the job says', async () => {
  const job = sweepJob()
  await leaveDone(job)
  expect((await rowOf(job)).status.reproduce).toBe(
    `npx reprise bench --config-key tiny-fp8-h100-vllm --point ${job.id} --duration-override 2`,
  )
})

test('a job that says how it failed is believed, in one safe line', async () => {
  const job = sweepJob()
  const launchFailure: LaunchFailureRecord = {
    schema: 'launch-failure/1',
    class: 'recipe',
    phase: 'load',
    message: 'm',
    logTail: [],
  }
  const evidence = { ...nothingLeft, launchFailure }
  const status = judgeJob({ job, evidence, cancelled: false, reproduce: 'x' })
  leave(job, 'status.json', {
    ...status,
    failure: { ...status.failure, message: 'no\n::error::file\u001b[2J', logTail: ['a\u0000b'] },
  })
  expect((await rowOf(job)).status.failure).toEqual({
    class: 'recipe',
    phase: 'load',
    message: 'no ::error::file [2J',
    logTail: ['a b'],
  })
})

test.each(['run.json', 'records.jsonl', 'plan.json', 'phases.jsonl'])(
  'a result is not believed without the %s that bears it out',
  async (file) => {
    const job = sweepJob()
    await leaveDone(job)
    rmSync(join(parent, `job-${job.id}`, 'run', file))
    expect((await rowOf(job)).status.failure).toMatchObject({
      class: 'unreadable',
      message: `run: files: the folder is not as its manifest says: ${file} is gone`,
    })
    leave(job, `run/${file}`, '')
    expect((await rowOf(job)).status.outcome).toBe('failed')
  },
)

test('success is not believed without the result that shows it', async () => {
  const job = sweepJob()
  await leaveDone(job)
  rmSync(join(parent, `job-${job.id}`, 'run'), { recursive: true })
  expect((await rowOf(job)).status.failure?.class).toBe('missing')
  await leaveDone(job, { ok: 1, failed: 9 })
  leave(job, 'status.json', statusOf(job))
  expect((await rowOf(job)).status.failure?.class).toBe('replay')
  await leaveRun(join(parent, `job-${job.id}`, 'run'), sweepJob(2))
  expect((await rowOf(job)).status.failure?.message).toMatch(/the result is not of this job/)
})

test('a job that was ended before its verdict is missing, whatever it left', async () => {
  const job = sweepJob()
  leave(job, 'run/results.json', resultOf(job))
  leave(job, 'launch/launch-end.json', { schema: 'launch-end/1', diedEarly: true, removed: 0 })
  expect((await rowOf(job)).status.failure).toMatchObject({
    class: 'missing',
    message: expect.stringMatching(/server had died/),
  })
})

const elsewhere = 'outside.json'

test.each<[what: string, spoil: (job: SweepJob) => void]>([
  [
    'a status of another job',
    (job) =>
      leave(job, 'status.json', judgeJob({ job: sweepJob(2), evidence: nothingLeft, cancelled: true, reproduce: 'x' })),
  ],
  ['another job under its name', (job) => leave(job, 'job.json', { ...job, gpus: 64 })],
  [
    'a status that failed without a reason',
    (job) => leave(job, 'status.json', { ...statusOf(job), outcome: 'failed' }),
  ],
  ['a status that is no JSON', (job) => leave(job, 'status.json', '{"schema":')],
  ['a deep status', (job) => leave(job, 'status.json', '['.repeat(1_000_000))],
  [
    'a status with __proto__',
    (job) => leave(job, 'status.json', JSON.stringify(statusOf(job)).replace('{', '{"__proto__":{},')),
  ],
  ['a huge status', (job) => truncateSync(leave(job, 'status.json', ' '), 100 * 1024 * 1024)],
  ['a huge result', (job) => truncateSync(leave(job, 'run/results.json', ' '), 100 * 1024 * 1024)],
  [
    'a result with an infinite number',
    (job) =>
      leave(job, 'run/results.json', JSON.stringify(resultOf(job)).replace(/"windowMs":\d+/, '"windowMs":1e999')),
  ],
  ['a result of another schema', (job) => leave(job, 'run/results.json', { ...resultOf(job), schema: 'result/9' })],
  ['a folder in the place of the status', (job) => replaced(job, 'status.json', (path) => mkdirSync(path))],
  [
    'a link in the place of the status',
    (job) => replaced(job, 'status.json', (path) => symlinkSync(join(parent, elsewhere), path)),
  ],
  [
    'a link in the place of the result',
    (job) => replaced(job, 'run/results.json', (path) => symlinkSync(join(parent, elsewhere), path)),
  ],
  ['a link in the place of the run', (job) => replaced(job, 'run', (path) => symlinkSync(parent, path))],
  [
    'a link that leads nowhere',
    (job) => replaced(job, 'run/results.json', (path) => symlinkSync('/nonexistent/a', path)),
  ],
])('%s: unreadable, and a row', async (_, spoil) => {
  const job = sweepJob()
  await leaveDone(job)
  writeFileSync(join(parent, elsewhere), JSON.stringify(statusOf(job)))
  spoil(job)
  const { status } = await rowOf(job)
  expect(status.failure?.class).toBe('unreadable')
  expect(status.failure?.message).not.toMatch(/\p{Cc}/u)
  expect(Object.getPrototypeOf(status)).toBe(Object.prototype)
})

test('a link in the place of a job is no job', async () => {
  const job = sweepJob()
  await leaveDone(sweepJob(2))
  symlinkSync(join(parent, `job-${sweepJob(2).id}`), join(parent, `job-${job.id}`))
  expect((await rowOf(job)).status.failure?.class).toBe('unreadable')
})

test('a folder that is not there is told to whoever named it', async () => {
  await expect(collectSweep(sweepPlan(sweepJob()), join(parent, 'none'))).rejects.toThrow(RunFolderError)
})

function statusOf(job: SweepJob) {
  return judgeJob({ job, evidence: { ...nothingLeft, results: [resultOf(job)] }, cancelled: false, reproduce: 'x' })
}

function replaced(job: SweepJob, path: string, make: (path: string) => void): void {
  const at = join(parent, `job-${job.id}`, path)
  rmSync(at, { recursive: true, force: true })
  make(at)
}

test('a point of an earlier sweep is taken over where its job was the same, whatever it was called there', async () => {
  const fingerprint = 'a'.repeat(64)
  const job = sweepJob(1, { fingerprint })
  await leaveDone({ ...job, name: 'another-name', timeoutMinutes: 7 })
  const point = { id: job.id, run: '7', imageDigest: `sha256:${'b'.repeat(64)}`, measuredAt: '2026-08-01T00:00:00Z' }
  const reuse = { points: [point], others: [] }
  const { rows } = await collectSweep({ ...sweepPlan(job), reuse }, parent)
  expect(rows).toMatchObject([
    { job: { name: job.name }, status: { name: job.name, outcome: 'done' }, reusedFrom: '7' },
  ])
  // In a sweep that ran it, it would be another job's.
  expect((await rowOf(job)).status.failure).toMatchObject({
    class: 'unreadable',
    message: expect.stringContaining('another job'),
  })
  const other = { ...job, fingerprint: 'c'.repeat(64) }
  const [row] = (await collectSweep({ ...sweepPlan(other), reuse }, parent)).rows
  expect(row!.status.failure?.class).toBe('unreadable')
})
