import { describe, expect, test } from 'vitest'
import { checkJobs } from './check-jobs.ts'
import { type JobChanges, jobWith, recipeWith } from './recipe.fixture.ts'

const server = ['command: [serve]', `flags: { --port: "\${port}", --tp: "\${job.tp}" }`]

test('a recipe that looks at all that its jobs ask for has no problem', () => {
  expect(checkJobs(recipeWith(server), [jobWith(), jobWith({ topology: { tp: 8 }, conc: 4 })])).toEqual([])
})

describe('what a job asks for and the recipe ignores is an error', () => {
  test.each([
    ['ep', { topology: { ep: 8 } }],
    ['pp', { topology: { pp: 2 } }],
    ['dcp-size', { topology: { dcpSize: 2 } }],
    ['pcp-size', { topology: { pcpSize: 2 } }],
    ['dp-attn', { topology: { dpAttn: true } }],
    ['spec-decoding', { specDecoding: 'mtp' }],
    ['kv-offloading', { offloading: { tier: 'dram' } }],
    ['kv-offload-backend', { offloading: { tier: 'none', backend: { name: 'native' } } }],
    ['kv-p2p-transfer', { kvP2pTransfer: 'nixl' }],
  ] satisfies [string, JobChanges][])('%s', (field, changes) => {
    expect(checkJobs(recipeWith(server), [jobWith(changes)])).toMatchObject([
      { severity: 'error', code: 'ignored-field', place: { line: 3 }, message: expect.stringContaining(field) },
    ])
  })

  test('a router', () => {
    const router = { name: 'vllm-router', version: '1' }
    expect(checkJobs(recipeWith(server), [jobWith({ router })])).toMatchObject([
      { severity: 'error', code: 'role', message: expect.stringContaining('"vllm-router"') },
    ])
  })

  test('a variant that does not match does not count', () => {
    const recipe = recipeWith([...server, 'when: [{ match: { kv-offloading: ssd }, flags: { --ssd: true } }]'])
    expect(checkJobs(recipe, [jobWith({ offloading: { tier: 'dram' } })])).toMatchObject([{ code: 'ignored-field' }])
    expect(checkJobs(recipe, [jobWith({ offloading: { tier: 'ssd' } })])).toEqual([])
  })

  test('one that cannot be launched anyway may be silent', () => {
    const recipe = recipeWith(server, { lines: ['unknown: [the rest]'] })
    expect(checkJobs(recipe, [jobWith({ topology: { ep: 8 } })])).toEqual([])
  })
})

test('what is ignored is told of the recipe, whatever its bases say', () => {
  const text = ['server:', ...server.map((line) => `  ${line}`), ''].join('\n')
  const base = { file: 'benchmarks/bases/small.yaml', text }
  const recipe = recipeWith(['flags: { --own: 1 }'], { lines: ['extends: bases/small.yaml'], bases: [base] })
  expect(checkJobs(recipe, [jobWith({ topology: { ep: 8 } })])).toMatchObject([
    { code: 'ignored-field', place: { file: 'benchmarks/test.yaml', line: 4 } },
  ])
})

test('a value that only some jobs lack is told once, with the first of them', () => {
  const recipe = recipeWith([
    ...server.slice(0, 1),
    `flags: { --port: "\${port}", --tp: "\${job.tp}", --isl: "\${job.isl}" }`,
  ])
  const jobs = [jobWith({ inputTokens: 1, conc: 1 }), jobWith({ conc: 2 }), jobWith({ conc: 4 })]
  expect(checkJobs(recipe, jobs)).toMatchObject([
    {
      code: 'no-value',
      message: expect.stringMatching(/no isl.*m-fp8-local-other, agentic-coding, conc 2 and 1 more/),
    },
  ])
})

test('an engine that is not the framework of the row', () => {
  const recipe = recipeWith([`command: [serve, "\${model}"]`, ...server.slice(1)], { engine: 'vllm' })
  expect(checkJobs(recipe, [jobWith({ framework: 'sglang' })])).toMatchObject([
    { severity: 'error', code: 'engine', cure: expect.stringContaining('write engine: sglang'), place: { line: 2 } },
  ])
})

test('an image that is not the one of the row is a warning', () => {
  expect(checkJobs(recipeWith(server, { lines: ['image: x/y:2'] }), [jobWith()])).toMatchObject([
    { severity: 'warning', code: 'image', place: { line: 3 } },
  ])
})
