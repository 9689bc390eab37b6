import { readTextFiles } from '@reprise/config-file'
import { expandTestConfig, readMatrix } from '@reprise/matrix-generator'
import { expect, test } from 'vitest'
import { judgeMissingRecipes, recipeLookup, recipeSources } from './recipe-lookup.ts'

function firstJob(configKey: string) {
  const [runnerFile, ...configFiles] = readTextFiles([
    'configs/runners.yaml',
    'configs/nvidia-master.yaml',
    'configs/local.yaml',
  ])
  const matrix = readMatrix({ configFiles, runnerFile: runnerFile! })
  return expandTestConfig(matrix, { configKeys: [configKey] }).jobs[0]!
}

test('a job is started from its recipe, every base below it, and the files that they name', async () => {
  const sourcesOf = await recipeSources()
  expect(sourcesOf(firstJob('gptoss-fp4-h100-vllm'))).toEqual(
    expect.arrayContaining([
      'benchmarks/gptoss-fp4-h100-vllm.yaml',
      'benchmarks/bases/gptoss-vllm-nvidia.yaml',
      'benchmarks/bases/gptoss-vllm.yaml',
      'benchmarks/bases/vllm.yaml',
    ]),
  )
  expect(sourcesOf(firstJob('sim-fp8-local-sim'))).toContain('benchmarks/engines/sim-8b.json')
})

test('a recipe that is not written yet is looked for where it would be', async () => {
  const sourcesOf = await recipeSources()
  expect(sourcesOf(firstJob('minimaxm3-fp8-h100-vllm-agentic-mtp'))).toEqual([
    'benchmarks/minimaxm3-fp8-h100-vllm-agentic-mtp.yaml',
    'benchmarks/minimaxm3-fp8-h100-vllm.yaml',
  ])
})

test('recipes are looked for beside our configurations only', async () => {
  const options = { runnerConfig: 'configs/runners.yaml', compat: false, annotations: false }
  expect((await recipeLookup({ ...options, configFiles: ['./configs/local.yaml'] })).recipes?.size).toBeGreaterThan(8)
  expect(await recipeLookup({ ...options, configFiles: ['configs/local.yaml', '/tmp/other.yaml'] })).toEqual({})
  expect(await recipeLookup({ ...options, configFiles: ['configs/local.yaml'], compat: true })).toEqual({})
})

test('a missing recipe is a warning unless recipes are required', () => {
  const problems = [
    { severity: 'error', code: 'recipe', message: 'a' },
    { severity: 'error', code: 'image', message: 'b' },
  ] as const
  expect(judgeMissingRecipes(problems, false).map(({ severity }) => severity)).toEqual(['warning', 'error'])
  expect(judgeMissingRecipes(problems, true).map(({ severity }) => severity)).toEqual(['error', 'error'])
})
