import type { LaunchEndRecord, LaunchRecord } from '@reprise/launcher/record'
import { expect, test } from 'vitest'
import { JobStatus } from '../result/job-status.ts'
import { nothingLeft, resultOf, sweepJob } from '../testing/sweep.fixture.ts'
import { judgeJob } from './judge-job.ts'

const job = sweepJob()
const launched: LaunchRecord = {
  schema: 'launch/2',
  label: 'reprise-0000000000000001-1',
  host: 'slurm',
  url: 'http://127.0.0.1:8000',
  processes: [{ name: 'server', role: 'server', url: 'http://127.0.0.1:8000', gpus: 1 }],
  model: 'm',
  state: '/launch',
  logFile: '/launch/server.log',
  phasesMs: { queue: 5, start: 10, load: 20, ready: 0, warm: 0 },
}
const end: LaunchEndRecord = { schema: 'launch-end/1', label: launched.label, diedEarly: false, removed: 2 }

function judge(record: LaunchRecord, launchEnd: LaunchEndRecord, counts = {}): JobStatus {
  const evidence = { ...nothingLeft, launched: record, launchEnd, results: [resultOf(job, counts)] }
  return JobStatus.parse(judgeJob({ job, evidence, cancelled: false, reproduce: 'again' }))
}

test('a server that was ended from outside is the matter of its operator, whatever it left', () => {
  const cause = 'job 7 is NODE_FAIL: a node of the allocation failed'
  const status = judge(launched, { ...end, diedEarly: true, cause }, { ok: 10, failed: 10 })
  expect(status.failure).toMatchObject({
    class: 'infrastructure',
    phase: 'replay',
    message: `the server was ended while it was being measured: ${cause}`,
  })
  expect(judge(launched, { ...end, diedEarly: true, exitCode: 1 }).failure?.class).toBe('server')
})

test('nodes that were left out stand in the status, however the job ended', () => {
  const leftOut = [{ node: 'gpu0', reason: 'GPU 3 has 71000 MiB in use' }]
  expect(judge({ ...launched, leftOut }, end)).toMatchObject({ outcome: 'done', leftOut })
  expect(judge({ ...launched, leftOut }, { ...end, diedEarly: true })).toMatchObject({ outcome: 'failed', leftOut })
  expect(judge(launched, end).leftOut).toBeUndefined()
})
