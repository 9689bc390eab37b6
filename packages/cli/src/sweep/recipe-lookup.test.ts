import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readTextFiles } from '@reprise/config-file'
import { expandTestConfig, readMatrix } from '@reprise/matrix-generator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { judgeMissingRecipes, recipeLookup, recipeSources } from './recipe-lookup.ts'

const folder = mkdtempSync(join(tmpdir(), 'reprise-recipes-'))
const home = process.cwd()

const entry = (configKey: string, modelPrefix: string) => `${configKey}:
  image: example/vllm:v1
  model: example/${modelPrefix}
  model-prefix: ${modelPrefix}
  precision: fp4
  framework: vllm
  runner: cluster:h100-lab
  multinode: false
  scenarios:
    agentic-coding:
    - search-space:
      - { tp: 4, kv-offloading: none, conc-list: [1] }
`
const files: Readonly<Record<string, string>> = {
  'configs/runners.yaml': 'labels: { "cluster:h100-lab": [h100-lab_00] }\n',
  'configs/master.yaml': `${entry('big-fp4-h100-vllm', 'big')}${entry('new-fp4-h100-vllm-mtp', 'new')}`,
  'benchmarks/bases/engine.yaml': 'server:\n  flags:\n    --engine: benchmarks/engines/big.json\n',
  'benchmarks/bases/big.yaml': 'extends: bases/engine.yaml\n',
  'benchmarks/big-fp4-h100-vllm.yaml': 'extends: bases/big.yaml\n',
  'benchmarks/small-fp4-h100-vllm.yaml': 'title: nobody asks for it\n',
}

beforeAll(() => {
  for (const name of ['configs', 'benchmarks/bases']) mkdirSync(join(folder, name), { recursive: true })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  process.chdir(folder)
})

afterAll(() => {
  process.chdir(home)
  rmSync(folder, { recursive: true, force: true })
})

function firstJob(configKey: string) {
  const [runnerFile, ...configFiles] = readTextFiles(['configs/runners.yaml', 'configs/master.yaml'])
  const matrix = readMatrix({ configFiles, runnerFile: runnerFile! })
  return expandTestConfig(matrix, { configKeys: [configKey] }).jobs[0]!
}

test('a job is started from its recipe, every base below it, and the files that they name', async () => {
  const sourcesOf = await recipeSources()
  expect(sourcesOf(firstJob('big-fp4-h100-vllm')).toSorted()).toEqual([
    'benchmarks/bases/big.yaml',
    'benchmarks/bases/engine.yaml',
    'benchmarks/big-fp4-h100-vllm.yaml',
    'benchmarks/engines/big.json',
  ])
})

test('a recipe that is not written yet is looked for where it would be', async () => {
  const sourcesOf = await recipeSources()
  expect(sourcesOf(firstJob('new-fp4-h100-vllm-mtp'))).toEqual([
    'benchmarks/new-fp4-h100-vllm-mtp.yaml',
    'benchmarks/new-fp4-h100-vllm.yaml',
  ])
})

test('recipes are looked for beside our configurations only', async () => {
  const options = { runnerConfig: 'configs/runners.yaml', compat: false, annotations: false }
  expect([...(await recipeLookup({ ...options, configFiles: ['./configs/master.yaml'] })).recipes!].toSorted()).toEqual(
    ['benchmarks/big-fp4-h100-vllm.yaml', 'benchmarks/small-fp4-h100-vllm.yaml'],
  )
  expect(await recipeLookup({ ...options, configFiles: ['configs/master.yaml', '/tmp/other.yaml'] })).toEqual({})
  expect(await recipeLookup({ ...options, configFiles: ['configs/master.yaml'], compat: true })).toEqual({})
})

test('a missing recipe is a warning unless recipes are required', () => {
  const problems = [
    { severity: 'error', code: 'recipe', message: 'a' },
    { severity: 'error', code: 'image', message: 'b' },
  ] as const
  expect(judgeMissingRecipes(problems, false).map(({ severity }) => severity)).toEqual(['warning', 'error'])
  expect(judgeMissingRecipes(problems, true).map(({ severity }) => severity)).toEqual(['error', 'error'])
})
