import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runRegistered } from '../terminal/run-registered.fixture.ts'
import { registerResults } from './results.ts'
import { registerSimulate } from './simulate.ts'

const folder = mkdtempSync(join(tmpdir(), 'reprise-results-page-'))
const sweep = join(folder, 'sweep')
const lanes = (count: number) => join(sweep, `lanes-${count}`)
const results = (...args: string[]) => runRegistered(registerResults, ['results', ...args])

beforeAll(async () => {
  const args = ['simulate', '--lanes', '2,3', '--duration', '60', '--out', sweep, '--quiet', '--no-report']
  expect((await runRegistered(registerSimulate, args)).exitCode).toBe(0)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('build writes the page of a run into its folder, and that of several above them, of the results as they are now', async () => {
  expect(existsSync(join(sweep, 'report.html'))).toBe(false)
  const one = await results('build', lanes(2), '--hardware', 'acme-x')
  expect(one.stdout).toContain(`report: ${join(lanes(2), 'report.html')}\n`)
  expect(titleOf(join(lanes(2), 'report.html'))).toMatch(/ on acme-x$/)
  const both = await results('build', lanes(2), lanes(3), '--json')
  expect(both.stderr).toContain(`report: ${join(sweep, 'report.html')}\n`)
  expect(JSON.parse(both.stdout)).toHaveLength(2)
  expect(existsSync(join(lanes(3), 'report.html'))).toBe(false)
})

test('build --no-report writes none', async () => {
  rmSync(join(lanes(2), 'report.html'), { force: true })
  const { stdout } = await results('build', lanes(2), '--no-report')
  expect(stdout).not.toContain('report:')
  expect(existsSync(join(lanes(2), 'report.html'))).toBe(false)
})

test('merge writes the page of the whole run', async () => {
  const path = join(lanes(3), 'run.json')
  const header = JSON.parse(readFileSync(path, 'utf8')) as object
  const shard = { shard: { index: 0, of: 1 }, startAt: '2026-03-01T08:00:00.000Z', profilingMs: profilingMs(lanes(3)) }
  writeFileSync(path, JSON.stringify({ ...header, shard }))
  const whole = join(folder, 'whole')
  const { stdout } = await results('merge', lanes(3), '--out', whole)
  expect(stdout).toContain(`report: ${join(whole, 'report.html')}\n`)
  expect(existsSync(join(whole, 'report.html'))).toBe(true)
})

function titleOf(page: string): string | undefined {
  return /<h1>(.*)<\/h1>/.exec(readFileSync(page, 'utf8'))?.[1]
}

function profilingMs(run: string): number {
  const [, atMs] = /"phase":"profiling","startMs":([\d.]+)/.exec(readFileSync(join(run, 'phases.jsonl'), 'utf8')) ?? []
  return Number(atMs)
}
