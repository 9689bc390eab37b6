import type { LaunchFailureRecord } from '@reprise/launcher/record'
import { expect, test } from 'vitest'
import { nothingLeft, sweepJob } from '../testing/sweep.fixture.ts'
import { judgeJob } from './judge-job.ts'

test('foreign words become one line that a terminal can show', () => {
  const launchFailure: LaunchFailureRecord = {
    schema: 'launch-failure/1',
    class: 'recipe',
    phase: 'ready',
    message: 'a\u001b[31m\nb\u202e',
    logTail: ['\u0007x\r\n::error::y'],
  }
  const { failure } = judgeJob({
    job: sweepJob(),
    evidence: { ...nothingLeft, launchFailure },
    cancelled: false,
    reproduce: 'again',
  })
  expect(failure).toEqual({ class: 'recipe', phase: 'ready', message: 'a [31m b', logTail: ['x ::error::y'] })
})
