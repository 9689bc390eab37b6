import { expect, test } from 'vitest'
import { isOver, isRunning, parseScontrolJob, parseSlurmJobs } from './slurm-job.ts'

const comment = '{"label":"reprise-a","state":"/tmp/a b"}'

/** As Slurm 22.05.8 wrote it, of a queue of ours; fields that nobody reads are left out. */
const older = {
  meta: { Slurm: { version: { major: 22, micro: 8, minor: 5 }, release: '22.05.8' } },
  errors: [],
  jobs: [
    {
      ...{ job_id: 1, name: 'reprise-a', comment, user_name: 'root', partition: 'gpu', job_state: 'RUNNING' },
      ...{ state_reason: 'None', nodes: 'gpu[0-1]', priority: 4294901759, start_time: 1795883018, cpus: 128 },
    },
    {
      ...{ job_id: 2, name: 'hold', comment: '', user_name: 'root', partition: 'gpu', job_state: 'PENDING' },
      ...{ state_reason: 'Resources', nodes: '', priority: 4294901758, start_time: 0, cpus: null },
    },
  ],
}

const number = (value: number) => ({ set: true, infinite: false, number: value })
const unset = { set: false, infinite: false, number: 0 }

/** The same in the shape of 23.02 and later. */
const newer = {
  meta: { slurm: { version: { major: '24', micro: '5', minor: '11' }, release: '24.11.5' } },
  errors: [],
  warnings: [],
  last_backfill: number(1795883010),
  jobs: [
    {
      ...{ ...older.jobs[0], job_state: ['RUNNING'], priority: number(4294901759), start_time: number(1795883018) },
      ...{ cpus: number(128), exit_code: { status: ['SUCCESS'], return_code: number(0) } },
    },
    { ...older.jobs[1], job_state: ['PENDING'], priority: number(4294901758), start_time: unset, cpus: unset },
  ],
}

test.each([
  ['22.05', older],
  ['24.11', newer],
])('the queue of Slurm %s', (_version, queue) => {
  expect(parseSlurmJobs(JSON.stringify(queue))).toEqual([
    {
      ...{ id: 1, name: 'reprise-a', comment, user: 'root', partition: 'gpu', states: ['RUNNING'] },
      ...{ nodes: 'gpu[0-1]', priority: 4294901759, startS: 1795883018, cpus: 128 },
    },
    {
      ...{ id: 2, name: 'hold', user: 'root', partition: 'gpu', states: ['PENDING'] },
      ...{ reason: 'Resources', priority: 4294901758 },
    },
  ])
})

test.each(['', 'squeue: error: x', '[]', '{"jobs":{}}', '{"jobs":[{"job_id":"1"}]}'])('%j is no queue', (text) => {
  expect(parseSlurmJobs(text)).toBeUndefined()
})

test('state and reason of a job that has left the queue, whatever its name and its comment say', () => {
  const text =
    'JobId=7 JobName=x JobState=PENDING UserId=root(0) JobState=TIMEOUT Reason=TimeLimit Dependency=(null) Comment={"label":"r","state":"/tmp/a JobState=RUNNING"}\n'
  expect(
    parseScontrolJob('JobId=7 JobName=r UserId=root(0) JobState=TIMEOUT Reason=TimeLimit Dependency=(null)'),
  ).toEqual({
    id: 7,
    states: ['TIMEOUT'],
    reason: 'TimeLimit',
  })
  expect(parseScontrolJob(text.replace('JobName=x JobState=PENDING', 'JobName=x'))).toMatchObject({
    states: ['TIMEOUT'],
  })
  expect(parseScontrolJob('slurm_load_jobs error: Invalid job id specified')).toBeUndefined()
})

test.each<[string[], boolean, boolean]>([
  [['PENDING'], false, false],
  [['CONFIGURING', 'RUNNING'], false, false],
  [['RUNNING'], true, false],
  [['COMPLETING'], false, false],
  [['COMPLETING', 'TIMEOUT'], false, false],
  [['TIMEOUT'], false, true],
  [['NODE_FAIL'], false, true],
  [['PREEMPTED'], false, true],
  [['SUSPENDED'], false, false],
])('%o: runs %s, over %s', (states, runs, over) => {
  expect([isRunning({ states }), isOver({ states })]).toEqual([runs, over])
})
