import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { runCli } from '../run-cli.ts'
import { differencesOf, type Numbers, numbersOf } from './numbers.ts'

const folder = mkdtempSync(join(tmpdir(), 'reprise-recompute-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('an independent script gives every figure of a run again to 1e-9', async () => {
  const load = ['--lanes', '6', '--duration', '40m', '--slo', 'ttft=100ms,e2e=2s', '--every-token', '--quiet']
  const { code, stderr } = await runCli(['simulate', ...load, '--out', join(folder, 'run')])
  expect(stderr).toBe('')
  expect(code).toBe(0)
  const script = join(import.meta.dirname, 'recompute.py')
  const slo = JSON.stringify({ ttft: 100, e2e: 2_000 })
  const again = JSON.parse(execFileSync('python3', [script, join(folder, 'run'), slo], { encoding: 'utf8' })) as Numbers
  const ours = numbersOf(JSON.parse(readFileSync(join(folder, 'run', 'results.json'), 'utf8')))
  expect(differencesOf(again, ours, { relative: 1e-9, absolute: 1e-12 })).toEqual([])
  console.log(Object.keys(again).length, 'figures computed again')
})
