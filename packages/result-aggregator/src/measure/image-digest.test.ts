import type { LaunchRecord } from '@reprise/launcher/record'
import { expect, test } from 'vitest'
import { nothingLeft, resultOf, sweepJob } from '../testing/sweep.fixture.ts'
import { judgeJob } from './judge-job.ts'

const job = sweepJob()
const url = 'http://127.0.0.1:8000'
const launched: LaunchRecord = {
  ...{ schema: 'launch/2', label: 'reprise-0000000000000001-1', host: 'docker', url, model: 'm' },
  processes: [{ name: 'server', role: 'server', url, gpus: 1 }],
  ...{ state: '/launch', logFile: '/launch/server.log', phasesMs: { start: 10, load: 20, ready: 0, warm: 0 } },
}

test('the digest of the image that ran stands in the status, where the host could say it', () => {
  const digest = `sha256:${'a'.repeat(64)}`
  const on = (image: NonNullable<LaunchRecord['image']>) => {
    const launchEnd = { schema: 'launch-end/1', label: launched.label, removed: 1, diedEarly: false } as const
    const evidence = { ...nothingLeft, launched: { ...launched, image }, launchEnd, results: [resultOf(job)] }
    return judgeJob({ job, evidence, cancelled: false, reproduce: 'again' })
  }
  expect(on({ name: 'example/vllm:v1', digest }).imageDigest).toBe(digest)
  expect(on({ name: 'example/vllm:v1' })).not.toHaveProperty('imageDigest')
})
