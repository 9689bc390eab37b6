import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runRegistered } from '../terminal/run-registered.fixture.ts'
import { registerResults } from './results.ts'
import { registerSimulate } from './simulate.ts'

const folder = mkdtempSync(join(tmpdir(), 'reprise-export-'))
const [run, out] = [join(folder, 'run'), join(folder, 'out')]
const results = (...args: string[]) => runRegistered(registerResults, ['results', ...args])

beforeAll(async () => {
  await runRegistered(registerSimulate, [
    'simulate',
    '--lanes',
    '2',
    '--duration',
    '5m',
    '--out',
    run,
    '--quiet',
    '--slo',
    'ttft=1s',
  ])
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('what was written, a line each, and what readers want to be told', async () => {
  const { exitCode, stdout, stderr } = await results(
    'export',
    '--as',
    'inferencex',
    run,
    '--out',
    out,
    '--set',
    'hw=b200,precision=fp8',
  )
  expect(exitCode).toBe(0)
  expect(stdout.trimEnd().split('\n')).toHaveLength(4)
  expect(stdout).toContain(join(out, 'bmk_agentic_run', 'run.json'))
  expect(stderr).toContain(
    'not known: model-prefix; readers leave such a result out. Give --job, or --set model-prefix=...',
  )
})

test('as JSON one value', async () => {
  const { stdout } = await results('export', '--as', 'csv', run, '--out', out, '--json')
  expect(JSON.parse(stdout)).toEqual({
    as: 'csv',
    files: ['requests.csv', 'figures.csv'].map((name) => ({ path: join(out, 'run', name), bytes: expect.any(Number) })),
    runs: 1,
    unknown: [],
  })
})

test('objectives of the run, and others instead', async () => {
  const goodOf = async (...args: string[]) => {
    await results('export', '--as', 'aiperf', run, '--out', out, ...args)
    return JSON.parse(readFileSync(join(out, 'run', 'profile_export_aiperf.json'), 'utf8')).good_request_count.avg
  }
  const told = await goodOf()
  expect(told).toBeGreaterThan(0)
  expect(await goodOf('--slo', 'ttft=0.001ms')).toBe(0)
})

test.each([
  [['--as', 'inferencey'], /inferencey|Allowed choices/],
  [['--as', 'csv', '--set', 'colour=red'], /the keys are hw, model-prefix/],
  [['--as', 'csv', '--set', 'hw='], /Write key=value/],
])('%j is refused', async (words, told) => {
  const { exitCode, stderr } = await results('export', run, '--out', out, ...words)
  expect(exitCode).toBe(2)
  expect(stderr).toMatch(told)
})

test('a folder without a run is refused', async () => {
  const { exitCode, stderr } = await results('export', '--as', 'csv', join(folder, 'nowhere'), '--out', out)
  expect(exitCode).toBe(2)
  expect(stderr).toMatch(/nowhere/)
})
