import { expect, test } from 'vitest'
import { augustMaster, augustRunners, readTexts } from '../testing/master-files.fixture.ts'
import { validateMatrix } from './validate-matrix.ts'

const codes = (master: string, runners = augustRunners) =>
  validateMatrix(readTexts(master, runners)).problems.map(({ severity, code, place }) =>
    `${severity} ${code} ${place?.line ?? ''}`.trim(),
  )

test('the small master file is fine', () => {
  expect(validateMatrix(readTexts(augustMaster, augustRunners))).toMatchObject({ problems: [], jobs: { length: 18 } })
})

test('a label without runners is an error here; a runner label without entries is worth a note', () => {
  expect(codes(augustMaster.replace('runner: h100', 'runner: h101'))).toEqual([
    'note unused-label',
    'error unknown-label 7',
  ])
})

test('an image has the form of a reference, and a version', () => {
  expect(codes(augustMaster.replace('example/vllm:v1', 'Example/vllm:v1:v2'))).toEqual(['error image 2'])
  expect(codes(augustMaster.replace('example/vllm:v1', 'example/vllm'))).toEqual(['warning image 2'])
  expect(codes(augustMaster.replace('example/vllm:v1', 'example/vllm:latest'))).toEqual(['warning image 2'])
  for (const good of [
    'nvcr.io#nvidia/trt:1.3',
    'localhost:5000/a/b:v1',
    `quay.io/a/b@sha256:${'0'.repeat(64)}`,
    `a/b:v1@sha256:${'a'.repeat(64)}`,
  ]) {
    expect(codes(augustMaster.replaceAll('example/vllm:v1', `"${good}"`))).toEqual([])
  }
})

test('a point that is measured twice is an error at the second line', () => {
  const twice = augustMaster.replace(
    '      - { tp: 8, ep: 8, dp-attn: true',
    '      - { tp: 4, conc-list: [8] }\n      - { tp: 8, ep: 8, dp-attn: true',
  )
  expect(codes(twice)).toEqual(['error duplicate-point 15'])
})

test('a replica that leaves GPUs of its last node idle is worth a warning', () => {
  expect(codes(augustMaster.replace('prefill: { num-worker: 1, tp: 8', 'prefill: { num-worker: 1, tp: 6'))).toEqual([
    'warning tiling 51',
  ])
})

test('recipes are looked for where there are some', () => {
  const matrix = readTexts(augustMaster, augustRunners)
  const recipesOf = ({ configKey }: { configKey: string }) => [`benchmarks/${configKey}.yaml`]
  const recipes = new Set(['benchmarks/tiny-fp8-h100-vllm.yaml', 'benchmarks/tiny-fp8-h100-vllm-disagg.yaml'])
  expect(validateMatrix(matrix, { recipes, recipesOf }).problems).toMatchObject([
    {
      severity: 'error',
      code: 'recipe',
      place: { line: 20 },
      cure: 'write benchmarks/tiny-fp8-h100-vllm-agentic.yaml',
    },
  ])
})

test('a sweep past the limits of one matrix says how many it makes', () => {
  const many = augustMaster.replace(
    'conc-list: [1, 2, 4]',
    `conc-list: [${Array.from({ length: 300 }, (_, i) => i + 1).join(', ')}]`,
  )
  expect(validateMatrix(readTexts(many, augustRunners)).problems).toMatchObject([
    { code: 'matrix-size', cure: 'matrix shard makes 2 matrices of it' },
  ])
})
