import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sweepJobWith } from '@reprise/matrix-generator/fixtures'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Io } from '../terminal/io.ts'
import { runRegistered } from '../terminal/run-registered.fixture.ts'
import { registerMatrix } from './matrix.ts'

const folder = mkdtempSync(join(tmpdir(), 'reprise-matrix-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const [master, runners] = ['master.yaml', 'runners.yaml'].map((name) => join(folder, name)) as [string, string]
const whole = `tiny-fp8-h100-vllm:
  image: example/vllm:v1
  model: example/tiny
  model-prefix: tiny
  precision: fp8
  framework: vllm
  runner: cluster:h100-lab
  multinode: false
  scenarios:
    agentic-coding:
    - search-space:
      - { tp: 4, kv-offloading: none, conc-list: [2, 1] }
`
const files = ['--config-files', master, '--runner-config', runners]

beforeAll(() => {
  writeFileSync(master, whole)
  writeFileSync(runners, 'labels: { "cluster:h100-lab": [h100-lab_00] }\n')
})

function run(args: readonly string[], env: Io['env'] = {}) {
  return runRegistered(registerMatrix, ['matrix', ...args], { env })
}

test('rows are one JSON array on stdout, and nothing else is', async () => {
  const { stdout, stderr, exitCode } = await run(['full-sweep', ...files, '--no-evals'])
  expect(JSON.parse(stdout)).toMatchObject([{ conc: 2 }, { conc: 1, 'exp-name': 'tiny_tp4_conc1_kvnone' }])
  expect([stderr, exitCode]).toEqual(['', 0])
})

test('ids, canary, order and estimate', async () => {
  const [row] = JSON.parse((await run(['test-config', ...files, '--config-keys', 'tiny-*', '--with-ids'])).stdout)
  expect(row).toMatchObject({
    'config-key': 'tiny-fp8-h100-vllm',
    gpus: 4,
    'point-id': expect.stringMatching(/^[0-9a-f]{16}$/),
  })
  expect(JSON.parse((await run(['full-sweep', ...files, '--canary', 'only'])).stdout)).toMatchObject([{ conc: 1 }])
  expect(JSON.parse((await run(['full-sweep', ...files, '--canary', 'without'])).stdout)).toMatchObject([{ conc: 2 }])
  expect(JSON.parse((await run(['full-sweep', ...files, '--estimate'])).stdout)).toMatchObject({
    jobs: 2,
    jobsWithoutRunner: 0,
  })
})

test('finding nothing is an error but under --allow-empty and --compat', async () => {
  const nothing = ['full-sweep', ...files, '--model-prefix', 'zzz']
  expect(await run(nothing)).toMatchObject({
    exitCode: 2,
    stdout: '',
    stderr: expect.stringContaining('the filters leave no job'),
  })
  expect(await run([...nothing, '--allow-empty'])).toMatchObject({ exitCode: 0, stdout: '[]\n' })
  expect(await run([...nothing, '--compat'])).toMatchObject({ exitCode: 0, stdout: '[]\n' })
})

test('wrong files end with 2, and with 1 under --compat; wrong flags with 2', async () => {
  const unknown = ['test-config', ...files, '--config-keys', 'nope']
  expect((await run(unknown)).exitCode).toBe(2)
  expect((await run([...unknown, '--compat'])).exitCode).toBe(1)
  for (const flags of [
    ['--step-size', '1'],
    ['--no-evals', '--evals-only'],
    ['--seq-lens', '9k'],
    ['--max-conc', 'x'],
    ['--nope'],
  ]) {
    expect((await run(['full-sweep', ...files, '--compat', ...flags])).exitCode, flags.join(' ')).toBe(2)
  }
})

test('problems name file, line and column; in a workflow as annotations', async () => {
  const broken = join(folder, 'broken.yaml')
  writeFileSync(broken, whole.replace('tp: 4', 'tp: four'))
  const args = ['validate', '--config-files', broken, '--runner-config', runners]
  expect(await run(args)).toMatchObject({
    exitCode: 2,
    stderr: `${broken}:12:15: error: tp is "four"; write a number\n1 error\n`,
  })
  expect((await run(args, { GITHUB_ACTIONS: 'true' })).stderr).toContain(
    'line=12,col=15,title=wrong-type::tp is "four"',
  )
  expect(JSON.parse((await run(['validate', ...files, '--json'])).stdout)).toMatchObject({
    entries: 1,
    jobs: 2,
    errors: 0,
    problems: [],
  })
})

test('shards of saved rows', async () => {
  const rows = join(folder, 'rows.json')
  writeFileSync(rows, (await run(['full-sweep', ...files])).stdout)
  const { stdout } = await run(['shard', '--rows', rows, '--max-jobs', '1'])
  expect(JSON.parse(stdout)).toMatchObject({
    schema: 'shards/1',
    jobs: 2,
    shards: [
      { index: 0, jobs: 1 },
      { index: 1, jobs: 1 },
    ],
  })
  expect(JSON.parse((await run(['shard', '--rows', rows, '--max-jobs', '1', '--index', '1'])).stdout)).toMatchObject([
    { conc: 1 },
  ])
  expect(await run(['shard', '--rows', master])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('not a JSON array'),
  })
  writeFileSync(join(folder, 'numbers.json'), '[1, 2]')
  expect((await run(['shard', '--rows', join(folder, 'numbers.json')])).exitCode).toBe(2)
  expect(await run(['shard', '--rows', rows, '--out', master])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('cannot be written to'),
  })
})

test('pieces of a sweep, each with its fleet and how many of its jobs may run at once', async () => {
  const sweep = join(folder, 'sweep.json')
  const jobs = ['a', 'b', 'a'].map((profile, i) => sweepJobWith({}, { id: `${i}`.repeat(16), profile }))
  writeFileSync(sweep, JSON.stringify({ schema: 'sweep-plan/1', jobs, maxParallel: { a: 1 } }))
  expect(JSON.parse((await run(['shard', '--sweep', sweep])).stdout)).toMatchObject({
    schema: 'shards/1',
    jobs: 3,
    shards: [
      { index: 0, fleet: 'a', jobs: 2, maxParallel: 1 },
      { index: 1, fleet: 'b', jobs: 1, maxParallel: 1 },
    ],
  })
  expect(JSON.parse((await run(['shard', '--sweep', sweep, '--index', '1'])).stdout)).toEqual({
    schema: 'sweep-shard/1',
    fleet: 'b',
    maxParallel: 1,
    jobs: [jobs[1]],
  })
  expect(await run(['shard', '--sweep', sweep, '--index', '2'])).toMatchObject({ exitCode: 2 })
})

test('files that cannot be read are all told at once, and with --json on stdout too', async () => {
  const lost = ['--config-files', master, join(folder, 'a.yaml'), '--runner-config', join(folder, 'b.yaml')]
  const { stdout, stderr, exitCode } = await run(['validate', ...lost, '--json'])
  expect([exitCode, stderr.match(/does not exist/g)?.length]).toEqual([2, 2])
  expect(JSON.parse(stdout)).toMatchObject({ errors: 2, problems: [{ code: 'file' }, { code: 'file' }] })
})

test('screened: what is predicted is told on stderr, dropping wants an error that is published, and one order excludes another', async () => {
  const gptoss = ['--scenario-type', 'fixed-seq-len', '--no-evals', '--model-prefix', 'gptoss']
  const screen = (...words: string[]) => run(['full-sweep', ...gptoss, '--screen', ...words])
  const amd = await screen('--config-files', 'configs/amd-master.yaml', '--max-conc', '4', '--drop')
  expect(amd.stderr).toMatch(/no error is published for gptoss-fp4-mi3\d+x-vllm: no kernels of this GPU were measured/)
  const { stdout, stderr } = await screen('--config-files', 'configs/nvidia-master.yaml', '--max-conc', '4')
  expect(stderr).toMatch(/^screened: (\d+) of \1 jobs predicted \(median error of a predicted TPOT: \d+\.\d %\)/)
  const all = await run(['full-sweep', ...gptoss, '--config-files', 'configs/nvidia-master.yaml', '--max-conc', '4'])
  const [one, other] = [JSON.parse(stdout), JSON.parse(all.stdout)]
  expect(one).toHaveLength(other.length)
  expect(one).toEqual(expect.arrayContaining(other))
  expect((await screen('--config-files', 'configs/nvidia-master.yaml', '--order', 'priority')).stderr).toMatch(
    /two orders/,
  )
  expect((await run(['full-sweep', ...files, '--drop'])).stderr).toMatch(/--drop leaves out what --screen finds/)
})
