import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runRegistered } from '../terminal/run-registered.fixture.ts'
import { registerMatrix } from './matrix.ts'

const folder = mkdtempSync(join(tmpdir(), 'reprise-changes-'))
const home = process.cwd()
const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, stdio: 'ignore' })
const write = (name: string, text: string) => writeFileSync(join(folder, name), text)

const master = (concurrencies: string) => `tiny-fp8-h100-vllm:
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
      - { tp: 4, kv-offloading: none, conc-list: [${concurrencies}] }
`
const entry = (more = '') => `- config-keys: ["tiny-*"]\n  description: [why]\n  pr-link: "#1"\n${more}`

/** Three revisions: `broken` cannot be read, `before` has one point, HEAD has two, and a changelog and a stray recipe. */
beforeAll(() => {
  for (const name of ['configs', 'benchmarks']) mkdirSync(join(folder, name))
  git('init', '-q')
  git('config', 'user.email', 'someone@example.com')
  git('config', 'user.name', 'Someone')
  write('configs/runners.yaml', 'labels: { "cluster:h100-lab": [h100-lab_00] }\n')
  for (const [tag, points] of [
    ['broken', 'one'],
    ['before', '1'],
    ['after', '1, 2'],
  ] as const) {
    write('configs/master.yaml', master(points))
    write('log.yaml', tag === 'after' ? `${entry()}\n${entry('  append-only: true\n')}` : entry())
    if (tag === 'after') write('benchmarks/stray.yaml', 'a: 1\n')
    git('add', '-A')
    git('commit', '-qm', tag)
    git('tag', tag)
  }
  process.chdir(folder)
})

afterAll(() => {
  process.chdir(home)
  rmSync(folder, { recursive: true, force: true })
})

const files = ['--config-files', 'configs/master.yaml', '--runner-config', 'configs/runners.yaml']

function run(args: readonly string[]) {
  return runRegistered(registerMatrix, ['matrix', ...args])
}

test('changed: the new point alone on stdout, what nothing uses on stderr', async () => {
  const { stdout, stderr, exitCode } = await run(['changed', ...files, '--base-ref', 'before'])
  expect(exitCode).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject([{ conc: 2 }])
  expect(stderr).toBe('note: no job is started from "benchmarks/stray.yaml"\n1 note\n')
  const annotated = await run(['changed', ...files, '--base-ref', 'before', '--annotations'])
  expect(annotated.stderr).toMatch(/^::notice title=unused-file::/)
})

test('changed: nothing is an error unless that is allowed', async () => {
  const nothing = ['changed', ...files, '--base-ref', 'HEAD']
  expect(await run(nothing)).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining('no job') })
  expect(await run([...nothing, '--allow-empty'])).toMatchObject({ exitCode: 0, stdout: '[]\n' })
})

test('a master file that neither revision has is a slip, and says where paths count from', async () => {
  const typo = [
    '--config-files',
    'configs/master.yaml',
    'configs/mastr.yaml',
    '--runner-config',
    'configs/runners.yaml',
  ]
  expect(await run(['changed', ...typo, '--base-ref', 'before'])).toMatchObject({
    exitCode: 2,
    stdout: '',
    stderr: '--config-files configs/mastr.yaml is not in HEAD or before; paths count from the root of the repository',
  })
})

test('a mistake of the earlier revision is told under its name', async () => {
  const { stderr, exitCode } = await run(['changed', ...files, '--base-ref', 'broken'])
  expect(exitCode).toBe(2)
  expect(stderr).toMatch(/^broken:configs\/master\.yaml:12:51: error: an item of conc-list is "one"/)
})

test('changelog: what the added entry asks for, in buckets with the entries', async () => {
  const args = ['changelog', ...files, '--base-ref', 'before', '--changelog-file', 'log.yaml']
  const plan = JSON.parse((await run(args)).stdout)
  expect(plan.single_node.agentic).toMatchObject([{ conc: 2 }])
  expect(plan.changelog_metadata).toMatchObject({ base_ref: 'before', entries: [{ 'append-only': true }] })
  expect(await run([...args, '--no-evals', '--evals-only'])).toMatchObject({ exitCode: 2, stdout: '' })
})

describe('since another revision', () => {
  const concOf = async (...args: string[]) => {
    const { stdout, stderr, exitCode } = await run(['changed', ...files, ...args])
    expect({ stderr, exitCode }).toMatchObject({ exitCode: 0 })
    return (JSON.parse(stdout) as { conc: number }[]).map(({ conc }) => conc)
  }
  const withLog = ['--changelog-file', 'log.yaml']

  test('entries that the log gained say what to measure; without any, it is what differs', async () => {
    expect(await concOf('--base-ref', 'before', ...withLog)).toEqual([2])
    git('checkout', '-q', '-b', 'asked', 'after')
    write('configs/master.yaml', master('1, 2, 4'))
    git('commit', '-qam', 'more')
    expect(await concOf('--base-ref', 'after', ...withLog)).toEqual([4])
    write('log.yaml', `${entry()}\n${entry('  append-only: true\n')}\n${entry()}`)
    git('commit', '-qam', 'asked')
    expect(await concOf('--base-ref', 'after')).toEqual([4])
    // The last is the evaluation of the highest one.
    expect(await concOf('--base-ref', 'after', ...withLog)).toEqual([1, 2, 4, 4])
  })

  test('before the first push there was nothing: every job is new, whatever the log says', async () => {
    const first = ['--base-ref', '0'.repeat(40), '--head-ref', 'after', '--merge-base', ...withLog]
    expect(await concOf(...first)).toEqual([1, 2])
  })

  test('a branch counts from where it left the other one', async () => {
    git('checkout', '-q', '-b', 'side', 'before')
    write('configs/master.yaml', master('1, 2'))
    git('commit', '-qam', 'side')
    expect(await concOf('--base-ref', 'after', '--allow-empty')).toEqual([])
    expect(await concOf('--base-ref', 'after', '--merge-base')).toEqual([2])
  })
})
