import type { JobStatus } from '@reprise/result-aggregator'
import { expect, test } from 'vitest'
import { exitCodeOfJob, renderJobEnd } from './finish-job.ts'

const status = (failure?: JobStatus['failure']): JobStatus => ({
  schema: 'job-status/1',
  id: '0123456789abcdef',
  name: 'tiny_conc1',
  configKey: 'tiny',
  outcome: failure ? 'failed' : 'done',
  ...(failure && { failure }),
  evaluation: 'not-requested',
  reproduce: 'reprise bench --job job.json',
})

test.each([
  [undefined, 0],
  ['infrastructure', 3],
  ['recipe', 2],
  ['server', 4],
  ['replay', 4],
  ['eval', 4],
  ['cancelled', 4],
] as const)('who has to act on %s', (failure, code) => {
  expect(exitCodeOfJob(status(failure && { class: failure, message: 'm' }))).toBe(code)
})

test('one paragraph: how it ended, what its evaluation said, runs without a result, and how to do it again', () => {
  expect(renderJobEnd({ status: status(), unbuilt: [] })).toBe(
    'tiny tiny_conc1: done\nagain: reprise bench --job job.json\n',
  )
  const failed = status({ class: 'infrastructure', phase: 'load', message: 'no GPU', logTail: ['a', 'b'] })
  expect(renderJobEnd({ status: { ...failed, evaluation: 'passed' }, unbuilt: ['run: never begun'] })).toBe(
    'tiny tiny_conc1: FAILED infrastructure in load: no GPU\neval: passed\nrun: never begun\n  | a\n  | b\nagain: reprise bench --job job.json\n',
  )
})
