import { expect, test } from 'vitest'
import type { JobPrediction } from './predict-job.ts'
import { dropBeaten, type ScreenedJob, screenJobs } from './screen-jobs.ts'

const predicted = (tpotMs: number, outputTokensPerSPerGpu: number): JobPrediction => ({
  kind: 'predicted',
  ...{ ttftMs: 100, tpotMs, outputTokensPerS: 1, outputTokensPerSPerGpu, notes: [] },
})
const job = (name: string, prediction: JobPrediction, group = 'a'): ScreenedJob<string> => ({
  ...{ job: name, group, prediction },
})
const names = (jobs: readonly ScreenedJob<string>[]) => jobs.map(({ job: name }) => name).join(' ')
const unknown: JobPrediction = { kind: 'none', reason: 'speculative decoding' }

test('the frontier first, then what is not known, then one frontier after the other', () => {
  const jobs = [
    job('last', predicted(30, 50)),
    job('under', predicted(12, 90)),
    job('unknown', unknown),
    job('quick', predicted(10, 100)),
    job('full', predicted(20, 300)),
  ]
  expect(names(screenJobs(jobs))).toBe('quick full unknown under last')
})

test('configurations are no alternatives to each other', () => {
  const jobs = [job('worse', predicted(30, 50), 'a'), job('better', predicted(10, 100), 'b')]
  expect(names(screenJobs(jobs))).toBe('worse better')
  expect(names(dropBeaten(jobs))).toBe('worse better')
})

test('dropped is what is worse in both by more than twice the published error, and never what is not known', () => {
  const jobs = [
    job('best', predicted(10, 100)),
    job('close', predicted(12, 90)),
    job('slow', predicted(13, 70)),
    job('slow and full', predicted(13, 120)),
    job('unknown', unknown),
  ]
  // 2 x 13.6 %: below 10 x 1.272 ms or above 100 / 1.272 tokens nothing is dropped.
  expect(names(dropBeaten(jobs))).toBe('best close slow and full unknown')
})
