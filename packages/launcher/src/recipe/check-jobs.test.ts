import { describe, expect, test } from 'vitest'
import { checkJobs } from './check-jobs.ts'
import { recipeWith, rowWith } from './recipe.fixture.ts'

const server = ['command: [serve]', `flags: { --port: "\${port}", --tp: "\${job.tp}" }`]

test('a recipe that looks at all that its jobs ask for has no problem', () => {
  expect(checkJobs(recipeWith(server), [rowWith(), rowWith({ tp: 8, conc: 4 })])).toEqual([])
})

describe('what a job asks for and the recipe ignores is an error', () => {
  test.each([
    ['ep', 8],
    ['pp', 2],
    ['dcp-size', 2],
    ['pcp-size', 2],
    ['dp-attn', true],
    ['spec-decoding', 'mtp'],
    ['kv-offloading', 'dram'],
    ['kv-offload-backend', { name: 'native' }],
    ['router', { name: 'vllm-router' }],
  ])('%s', (field, value) => {
    expect(checkJobs(recipeWith(server), [rowWith({ [field]: value })])).toMatchObject([
      { severity: 'error', code: 'ignored-field', place: { line: 3 }, message: expect.stringContaining(field) },
    ])
  })

  test('a variant that does not match does not count', () => {
    const recipe = recipeWith([...server, 'when: [{ match: { kv-offloading: ssd }, flags: { --ssd: true } }]'])
    expect(checkJobs(recipe, [rowWith({ 'kv-offloading': 'dram' })])).toMatchObject([{ code: 'ignored-field' }])
    expect(checkJobs(recipe, [rowWith({ 'kv-offloading': 'ssd' })])).toEqual([])
  })

  test('one that cannot be launched anyway may be silent', () => {
    const recipe = recipeWith(server, { lines: ['unknown: [the rest]'] })
    expect(checkJobs(recipe, [rowWith({ ep: 8 })])).toEqual([])
  })
})

test('what is ignored is told of the recipe, whatever its bases say', () => {
  const text = ['server:', ...server.map((line) => `  ${line}`), ''].join('\n')
  const base = { file: 'benchmarks/bases/small.yaml', text }
  const recipe = recipeWith(['flags: { --own: 1 }'], { lines: ['extends: bases/small.yaml'], bases: [base] })
  expect(checkJobs(recipe, [rowWith({ ep: 8 })])).toMatchObject([
    { code: 'ignored-field', place: { file: 'benchmarks/test.yaml', line: 4 } },
  ])
})

test('a value that only some jobs lack is told once, with the first of them', () => {
  const recipe = recipeWith([
    ...server.slice(0, 1),
    `flags: { --port: "\${port}", --tp: "\${job.tp}", --isl: "\${job.isl}" }`,
  ])
  const jobs = [rowWith({ isl: 1, conc: 1 }), rowWith({ conc: 2 }), rowWith({ conc: 4 })]
  expect(checkJobs(recipe, jobs)).toMatchObject([
    {
      code: 'no-value',
      message: expect.stringMatching(/no isl.*m-fp8-local-other, agentic-coding, conc 2 and 1 more/),
    },
  ])
})

test('an engine that is not the framework of the row', () => {
  const recipe = recipeWith([`command: [serve, "\${model}"]`, ...server.slice(1)], { engine: 'vllm' })
  expect(checkJobs(recipe, [rowWith({ framework: 'sglang' })])).toMatchObject([
    { severity: 'error', code: 'engine', cure: expect.stringContaining('write engine: sglang'), place: { line: 2 } },
  ])
})

test('an image that is not the one of the row is a warning', () => {
  expect(checkJobs(recipeWith(server, { lines: ['image: x/y:2'] }), [rowWith()])).toMatchObject([
    { severity: 'warning', code: 'image', place: { line: 3 } },
  ])
})
