import { doing, sweepJobWith } from '@reprise/matrix-generator/fixtures'
import { expect, test } from 'vitest'
import { jobOptions } from './job-options.ts'

const job = sweepJobWith({ runner: 'cluster:b200-lab', concurrencies: [16] }, { gpus: 8 })

test('an agentic job: its concurrency and window, on the preset that its recipe names or the first', () => {
  expect(jobOptions(job, {})).toEqual({
    preset: 'agentx-v0.1',
    duration: 3_600_000,
    lanes: [16],
    model: 'acme/tiny',
    hardware: 'b200',
    gpus: 8,
  })
  const recipe = { preset: 'other', timeScale: 0.05, quiesceMs: 200, maxContextTokens: 131_072 }
  expect(jobOptions(job, recipe)).toMatchObject({
    preset: 'other',
    timeScale: 0.05,
    quiesceMs: 200,
    maxContext: 131_072,
  })
})

test('a job of fixed lengths: its own lengths, and no window', () => {
  const scenario = { kind: 'fixed-seq-len', inputTokens: 1_024, outputTokens: 512, maxModelTokens: 1_792 } as const
  const fixed = doing(job, { runner: 'h100', concurrencies: [4], scenario })
  const options = jobOptions({ ...fixed, debugTrace: true }, { preset: 'agentx-v0.1' })
  expect(options).toMatchObject({ preset: 'fixed-seq-len', isl: 1_024, osl: 512, lanes: [4], debugTrace: true })
  expect(options).not.toHaveProperty('duration')
})

test.each([
  [8_192, 'fixed-seq-len-8k1k'],
  [1_024, 'fixed-seq-len-1k1k'],
])('a job of %i and 1,024 tokens: the preset of just these', (inputTokens, preset) => {
  const scenario = { kind: 'fixed-seq-len', inputTokens, outputTokens: 1_024, maxModelTokens: 20_000 } as const
  const options = jobOptions(doing(job, { runner: 'h100', concurrencies: [4], scenario }), {})
  expect(options.preset).toBe(preset)
  expect(options).not.toHaveProperty('isl')
})

test('a deployment that is measured at several concurrencies', () => {
  expect(jobOptions(doing(job, { concurrencies: [8, 16] }), {}).lanes).toEqual([8, 16])
})
