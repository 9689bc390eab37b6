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
      { severity: 'error', code: 'ignored-field', place: { line: 6 }, message: expect.stringContaining(field) },
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
  expect(checkJobs(recipeWith(server, { engine: 'vllm' }), [rowWith({ framework: 'sglang' })])).toMatchObject([
    { severity: 'error', code: 'engine', cure: 'write engine: sglang', place: { line: 2 } },
  ])
})

test('an image that is not the one of the row is a warning', () => {
  expect(checkJobs(recipeWith(server, { lines: ['image: x/y:2'] }), [rowWith()])).toMatchObject([
    { severity: 'warning', code: 'image', place: { line: 3 } },
  ])
})
