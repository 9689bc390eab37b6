import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Interrupted } from '../terminal/interrupts.ts'
import { runRegistered } from '../terminal/run-registered.fixture.ts'
import { registerSimulate } from './simulate.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reprise-simulate-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const short = ['--preset', 'fixed-seq-len', '--isl', '128', '--osl', '8', '--passes', '1', '--seed', '3']
const simulate = (words: readonly string[], signal = new AbortController().signal) =>
  runRegistered(registerSimulate, ['simulate', ...short, '--out', join(folder, 'run'), ...words], { signal })

test('a table, the path and the command again on stdout; how far it is on stderr', async () => {
  const { stdout, stderr, exitCode } = await simulate(['--lanes', '2'])
  expect(exitCode).toBe(0)
  expect(stdout).toContain(`${join(folder, 'run', 'results.json')}\n`)
  expect(stdout).toMatch(/\nagain: .*simulate .*--seed 3/)
  expect(stderr).toMatch(/requests\/s\)\n$/)
})

test('several lane counts make a run each, and one JSON value; quiet says nothing else', async () => {
  const { stdout, stderr } = await simulate(['--lanes', '1,2', '--json', '--quiet'])
  expect(JSON.parse(stdout)).toHaveLength(2)
  expect(stderr).toBe('')
  expect(existsSync(join(folder, 'run', 'lanes-1', 'results.json'))).toBe(true)
})

test('virtual time has no client whose health could be told', async () => {
  await simulate(['--lanes', '1', '--quiet'])
  const { ended } = JSON.parse(readFileSync(join(folder, 'run', 'run.json'), 'utf8'))
  expect(ended.reason).toBe('passes')
  expect(ended.clientHealth).toBeUndefined()
})

test('asked to stop, it keeps what there is and ends with the code of the signal', async () => {
  const { exitCode } = await simulate(['--lanes', '1,2', '--quiet'], AbortSignal.abort(new Interrupted('SIGTERM')))
  expect(exitCode).toBe(143)
  expect(existsSync(join(folder, 'run', 'lanes-2'))).toBe(false)
})

test('flags that exclude each other, and a folder that holds a run, are refused before anything is written', async () => {
  const both = await simulate(['--duration', '5'])
  expect([both.exitCode, both.stderr]).toEqual([2, expect.stringContaining('exclude each other')])
  expect(existsSync(join(folder, 'run'))).toBe(false)
  await simulate(['--lanes', '1', '--quiet'])
  const again = await simulate(['--lanes', '1', '--quiet'])
  expect([again.exitCode, again.stderr]).toEqual([2, expect.stringContaining('holds a run already')])
})
