import { describe, expect, test } from 'vitest'
import { checkJobs } from './check-jobs.ts'
import { jobWith, recipeWith } from './recipe.fixture.ts'
import { renderProcesses } from './render-processes.ts'

const server = [
  'command: [serve]',
  `flags: { --port: "\${port}", --tp: "\${job.tp}", --via: "\${job.kv-p2p-transfer}" }`,
]
const lines = [
  'prefill:',
  '  more-ports: [bootstrap]',
  `  flags: { --mode: prefill, --bootstrap: "\${port.bootstrap}", --batch: "\${8 * job.tp}" }`,
  `  when: [{ match: { dp-attn: true }, flags: { --dp: "\${job.tp}" } }]`,
  'decode:',
  `  flags: { --mode: decode, --via: null, --batch: "\${job.conc}", --of: "\${job.gpus}" }`,
  'router:',
  '  name: the-router',
  `  command: [route, --port, "\${port}"]`,
  '  health-path: /ready',
  '  workers:',
  `  - { of: prefill, first: [--prefill], each: ["http://\${host}:\${port}", "\${port.bootstrap}"] }`,
  `  - { of: decode, each: [--decode, "http://\${host}:\${port}"] }`,
  `  - { of: server, first: [--workers], each: ["\${host}:\${port}"] }`,
]
const recipe = recipeWith(server, { lines })
const disaggregated = { disagg: true, kvP2pTransfer: 'nixl' } as const
const workers = { prefill: { workers: 2, tp: 4, dpAttn: true }, decode: { workers: 1, tp: 8 } }

test('workers of prefill and decode, each with its own sizes, and the router after them', () => {
  const processes = renderProcesses(recipe, jobWith({ ...disaggregated, workers, conc: 32 }))
  const told = processes.map(({ role, count, gpus, words }) => [role, count, gpus, words])
  expect(told).toEqual([
    [
      'prefill',
      2,
      4,
      'serve --port {port} --tp 4 --via nixl --mode prefill --bootstrap {port:bootstrap} --batch 32 --dp 4'.split(' '),
    ],
    ['decode', 1, 8, 'serve --port {port} --tp 8 --mode decode --batch 32 --of 8'.split(' ')],
    [
      'router',
      1,
      0,
      [
        ...['route', '--port', '{port}', '--prefill'],
        { each: 'prefill', words: ['http://{host}:{port}', '{port:bootstrap}'] },
        { each: 'decode', words: ['--decode', 'http://{host}:{port}'] },
      ],
    ],
  ])
  expect(processes.map(({ morePorts }) => morePorts)).toEqual([['bootstrap'], [], []])
  expect(processes.map(({ healthPath }) => healthPath)).toEqual(['/health', '/health', '/ready'])
})

test('a server over several nodes is one of its kind, and needs no router before there are two', () => {
  const sizes = { prefill: { workers: 1, tp: 16 }, decode: { workers: 0, tp: 0, ep: 0 } }
  const job = { kvP2pTransfer: 'nixl', disagg: false, workers: sizes }
  expect(renderProcesses(recipe, jobWith(job))).toMatchObject([{ role: 'server', count: 1, gpus: 16 }])
  const two = jobWith({ ...job, workers: { ...sizes, prefill: { workers: 2, tp: 8 } } })
  const [servers, router] = renderProcesses(recipe, two)
  expect(servers).toMatchObject({ role: 'server', count: 2, gpus: 8 })
  expect(router!.words.slice(3)).toEqual(['--workers', { each: 'server', words: ['{host}:{port}'] }])
})

test('one node has a router where its row names one, and it is that one', () => {
  const job = (name: string) => jobWith({ kvP2pTransfer: 'x', router: { name, version: '1' } })
  expect(renderProcesses(recipe, job('the-router')).map(({ role }) => role)).toEqual(['server', 'router'])
  expect(renderProcesses(recipe, jobWith({ kvP2pTransfer: 'x' })).map(({ role }) => role)).toEqual(['server'])
  expect(() => renderProcesses(recipe, job('another'))).toThrow(
    /wants the router "another", and the recipe has the-router/,
  )
})

describe('what a recipe has not, and what it ignores, is refused', () => {
  const several = jobWith({ ...disaggregated, workers })

  test.each([
    [[], /wants workers of prefill.*\(and 2 more\)/],
    [lines.slice(0, 4), /wants workers of decode/],
    [lines.slice(0, 6), /wants a router before its workers/],
  ])('without some of its roles', (some, message) => {
    expect(() => renderProcesses(recipeWith(server, { lines: some }), several)).toThrow(message)
  })

  test('a size of one worker that its command does not look at, though the other does', () => {
    const job = jobWith({ ...disaggregated, workers: { ...workers, decode: { workers: 1, tp: 8, dpAttn: true } } })
    expect(checkJobs(recipe, [several])).toEqual([])
    expect(checkJobs(recipe, [job])).toMatchObject([
      { code: 'ignored-field', message: expect.stringMatching(/dp-attn true/) },
    ])
  })

  test('a port that no process has', () => {
    const wrong = lines.map((line) => line.replace('[bootstrap]', '[boot]'))
    expect(() => recipeWith(server, { lines: wrong })).toThrow(
      /no process has the port \$\{port\.bootstrap\}; write more-ports/,
    )
  })

  test('a router without a way to know that it is ready', () => {
    const wrong = lines.filter((line) => !line.includes('/ready'))
    expect(() => recipeWith(server, { lines: wrong })).toThrow(/router\.health-path is missing/)
  })
})
