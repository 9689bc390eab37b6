import type { LaunchFailureRecord, LaunchRecord } from '@reprise/launcher/record'
import { describe, expect, test } from 'vitest'
import type { JobEvidence } from '../result/job-evidence.ts'
import { JobStatus } from '../result/job-status.ts'
import type { Result } from '../result/result.ts'
import { nothingLeft, resultOf, sweepJob } from '../testing/sweep.fixture.ts'
import { judgeJob } from './judge-job.ts'

const job = sweepJob()
const evaluated = sweepJob(2, {}, { evaluation: { run: true } })
const evaluationOnly = sweepJob(3, {}, { evaluation: { run: true, only: true } })

const launched: LaunchRecord = {
  schema: 'launch/2',
  label: 'reprise-0000000000000001-1',
  host: 'process',
  url: 'http://127.0.0.1:8000',
  processes: [{ name: 'server', role: 'server', url: 'http://127.0.0.1:8000', gpus: 1 }],
  model: 'm',
  state: '/launch',
  logFile: '/launch/server.log',
  phasesMs: { start: 10, load: 20, ready: 0, warm: 0 },
}
const failedLaunch = (of: LaunchFailureRecord['class']): LaunchFailureRecord => {
  return { schema: 'launch-failure/1', class: of, phase: 'ready', message: 'no answer after 20 s', logTail: ['boom'] }
}
const end = { schema: 'launch-end/1', label: launched.label, removed: 2 } as const
const died = { ...end, diedEarly: true, signal: 'SIGKILL' }
const lived = { ...end, diedEarly: false }
const shared = { ...lived, devicesInUse: 'the GPUs are not idle: process 7' }
const passed = { schema: 'eval/1', outcome: 'passed' } as const
const failedEval = { schema: 'eval/1', outcome: 'failed', exitCode: 3 } as const
const notConfigured = { schema: 'eval/1', outcome: 'not-configured' } as const

const good = resultOf(job)
const lossy = resultOf(job, { ok: 10, failed: 10 })
const silent = resultOf(job, { ok: 0 })
const stopped = resultOf(job, { failed: 2, ended: 'stopped' })
const late: Result = {
  ...good,
  validity: { ...good.validity, verdict: 'invalid', reasons: ['late-client: requests left 900 ms late'] },
}

interface Row {
  readonly what: string
  readonly job?: typeof job
  readonly left: Partial<JobEvidence>
  readonly cancelled?: boolean
  readonly class: string
  readonly evaluation?: JobStatus['evaluation']
  readonly says?: RegExp
}

const table: readonly Row[] = [
  { what: 'a good result', left: { launched, launchEnd: lived, results: [good] }, class: 'done' },
  { what: 'nothing at all', left: {}, class: 'missing' },
  {
    what: 'a result that was judged by limits of its own',
    left: {
      launched,
      launchEnd: lived,
      results: [{ ...good, validity: { ...good.validity, limits: { ...good.validity.limits, failedShare: 1 } } }],
    },
    class: 'unreadable',
    says: /limits of its own/,
  },
  { what: 'a launch and no result', left: { launched }, class: 'replay', says: /left no result/ },
  { what: 'its host at fault', left: { launchFailure: failedLaunch('infrastructure') }, class: 'infrastructure' },
  {
    what: 'no server, its recipe at fault',
    left: { launchFailure: failedLaunch('recipe') },
    class: 'recipe',
    says: /20 s/,
  },
  {
    what: 'a failed launch beside an old result',
    left: { launchFailure: failedLaunch('recipe'), results: [good] },
    class: 'recipe',
  },
  {
    what: 'a server that died, and so many requests failed',
    left: { launched, launchEnd: died, results: [lossy] },
    class: 'server',
    says: /SIGKILL/,
  },
  {
    what: 'a server that died, and the replay gave up',
    left: { launched, launchEnd: died, results: [stopped] },
    class: 'server',
  },
  { what: 'a server that died, and no result', left: { launched, launchEnd: died }, class: 'server' },
  {
    what: 'a server that died after a good result',
    left: { launched, launchEnd: died, results: [good] },
    class: 'server',
  },
  { what: 'GPUs in use after it', left: { launched, launchEnd: shared }, class: 'infrastructure', says: /process 7/ },
  {
    what: 'requests lost past the threshold',
    left: { launched, launchEnd: lived, results: [lossy] },
    class: 'replay',
    says: /10 of 20 requests failed/,
  },
  { what: 'a replay that gave up', left: { launched, results: [stopped] }, class: 'replay', says: /given-up/ },
  { what: 'not one good request', left: { launched, results: [silent] }, class: 'replay', says: /no-ok-request/ },
  {
    what: 'a replay that was killed',
    left: { launched, results: [resultOf(job, { ended: 'killed' })] },
    class: 'replay',
    says: /killed/,
  },
  {
    what: 'a replay that was interrupted',
    left: { launched, results: [resultOf(job, { ended: 'interrupted' })] },
    class: 'cancelled',
  },
  { what: 'an invalid result', left: { launched, results: [late] }, class: 'result', says: /late-client/ },
  {
    what: 'a cancelled job with a good result',
    left: { launched, results: [good] },
    cancelled: true,
    class: 'cancelled',
  },
  {
    what: 'a cancelled job whose launch failed',
    left: { launchFailure: failedLaunch('infrastructure') },
    cancelled: true,
    class: 'cancelled',
  },
  {
    what: 'a result of another job',
    left: { launched, results: [resultOf(sweepJob(9))] },
    class: 'unreadable',
    says: /point/,
  },
  {
    what: 'a result at other lanes',
    left: { launched, results: [{ ...good, load: Object.assign({}, good.load, { lanes: 3 }) }] },
    class: 'unreadable',
    says: /3 lanes/,
  },
  {
    what: 'a result of another window',
    left: { launched, results: [{ ...good, load: { ...good.load, until: { kind: 'window', durationMs: 1 } } }] },
    class: 'unreadable',
    says: /0.001 s/,
  },
  {
    what: 'a file that cannot be read',
    left: { launched, results: [good], unreadable: ['launch.json: it is not JSON'] },
    class: 'unreadable',
  },
  {
    what: 'an evaluation that passed',
    job: evaluated,
    left: { launched, launchEnd: lived, results: [resultOf(evaluated)], evaluation: passed },
    class: 'done',
    evaluation: 'passed',
  },
  {
    what: 'an evaluation that failed',
    job: evaluated,
    left: { launched, results: [resultOf(evaluated)], evaluation: failedEval },
    class: 'eval',
    evaluation: 'failed',
    says: /exit code 3/,
  },
  {
    what: 'no evaluation configured',
    job: evaluated,
    left: { launched, results: [resultOf(evaluated)], evaluation: notConfigured },
    class: 'eval',
    evaluation: 'not-configured',
    says: /^eval: not configured$/,
  },
  {
    what: 'an evaluation without a word',
    job: evaluated,
    left: { launched, results: [resultOf(evaluated)] },
    class: 'eval',
    evaluation: 'failed',
  },
  {
    what: 'only an evaluation, which passed',
    job: evaluationOnly,
    left: { launched, launchEnd: lived, evaluation: passed },
    class: 'done',
    evaluation: 'passed',
  },
  {
    what: 'only an evaluation, not configured',
    job: evaluationOnly,
    left: { launched, evaluation: notConfigured },
    class: 'eval',
    evaluation: 'not-configured',
  },
  {
    what: 'a good result of a server that nobody has looked after',
    left: { launched, results: [good] },
    class: 'server',
    says: /nobody looked whether the server outlived/,
  },
  { what: 'a good result of a server that somebody else runs', left: { results: [good] }, class: 'done' },
  {
    what: 'a launch of another job',
    left: { launched: { ...launched, label: 'reprise-0000000000000009-1' }, launchEnd: lived, results: [good] },
    class: 'unreadable',
    says: /its launch is of another job: reprise-0000000000000009-1/,
  },
  {
    what: 'the end of another launch',
    left: { launched, launchEnd: { ...lived, label: 'reprise-0000000000000001-2' }, results: [good] },
    class: 'unreadable',
    says: /another launch was ended than was begun/,
  },
  {
    what: 'the end of a launch that has no beginning',
    left: { launchEnd: lived, results: [good] },
    class: 'unreadable',
    says: /no word of its beginning/,
  },
  {
    what: 'an end that says how a server died that had not',
    left: { launched, launchEnd: { ...lived, exitCode: 139 }, results: [good] },
    class: 'unreadable',
    says: /and that it had not/,
  },
  {
    what: 'a result of another server than the one launched',
    left: { launched: { ...launched, url: 'http://127.0.0.1:8001' }, launchEnd: lived, results: [good] },
    class: 'unreadable',
    says: /went to http:..127.0.0.1:8000, and its server listened at http:..127.0.0.1:8001/,
  },
  {
    what: 'an evaluation that nobody asked for',
    left: { launched, launchEnd: lived, results: [good], evaluation: failedEval },
    class: 'done',
  },
]

/** What another job's launch leaves bears that job's name. */
function launchedFor({ id }: typeof job, left: Partial<JobEvidence>): Partial<JobEvidence> {
  const named = <T extends { readonly label?: string | undefined }>(one: T): T => ({
    ...one,
    ...(one.label !== undefined && { label: one.label.replace(job.id, id) }),
  })
  return {
    ...left,
    ...(left.launched && { launched: named(left.launched) }),
    ...(left.launchEnd && { launchEnd: named(left.launchEnd) }),
  }
}

describe('who can act', () => {
  test.each(table)('$what: $class', (row) => {
    const { job: of = job, left, cancelled = false, class: wanted, evaluation = 'not-requested', says = /./ } = row
    const status = judgeJob({
      job: of,
      evidence: { ...nothingLeft, ...launchedFor(of, left) },
      cancelled,
      reproduce: 'npx reprise bench',
    })
    expect(JobStatus.parse(status)).toEqual(status)
    expect(status.failure?.class ?? 'done').toBe(wanted)
    expect(status.outcome).toBe(wanted === 'done' ? 'done' : 'failed')
    if (of !== job || wanted === 'done') expect(status.evaluation).toBe(evaluation)
    if (status.failure) expect(status.failure.message).toMatch(says)
  })
})

test('each lane count of a job has its result, or the job failed', () => {
  const two = sweepJob(4, {}, { concurrencies: [1, 2] })
  const at = (lanes: number): Result => ({ ...resultOf(two), load: Object.assign({}, resultOf(two).load, { lanes }) })
  const judged = (results: readonly Result[]) =>
    judgeJob({
      job: two,
      evidence: { ...nothingLeft, ...launchedFor(two, { launched, launchEnd: lived }), results },
      cancelled: false,
      reproduce: 'again',
    })
  expect(judged([at(1), at(2)]).outcome).toBe('done')
  expect(judged([at(1)]).failure).toMatchObject({ class: 'replay', message: 'no result at 2 lanes' })
})
