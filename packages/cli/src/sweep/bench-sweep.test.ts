import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sweepJobWith } from '@reprise/matrix-generator/fixtures'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Interrupted } from '../terminal/interrupts.ts'
import { keptContext } from '../terminal/kept-context.fixture.ts'
import { benchSweep } from './bench-sweep.ts'

let out = ''
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'reprise-bench-sweep-'))
})
afterEach(() => rmSync(out, { recursive: true, force: true }))

const plan = {
  schema: 'sweep-plan/1' as const,
  jobs: [sweepJobWith(), sweepJobWith({}, { id: 'fedcba9876543210', name: 'tiny_conc2' })],
}
const options = { overwrite: false, json: false, quiet: false, command: 'reprise bench --config-key tiny' }

/** Every launch ends with `code`. */
function context(code: number, stop = new AbortController()) {
  const launched: string[] = []
  const kept = keptContext({
    signal: stop.signal,
    runCommand: async (words) => {
      if (words[1] === 'run') launched.push(words[3]!)
      return words[1] === 'run' ? code : 0
    },
  })
  return { ...kept, launched, stop }
}

test('a job that fails keeps no other from its turn; the table is there, and the code says that something failed', async () => {
  const { context: given, kept, launched } = context(3)
  expect(await benchSweep(plan, { ...options, out }, given)).toBe(4)
  expect(launched).toHaveLength(2)
  expect(kept.stderr).toContain('[1/2] tiny tiny_conc1: launching')
  expect(kept.stdout).toContain('again: reprise bench --config-key tiny')
  expect(existsSync(join(out, 'collection.json'))).toBe(true)
})

test('as JSON, stdout is one value', async () => {
  const { context: given, kept } = context(3)
  await benchSweep(plan, { ...options, out, json: true, quiet: true }, given)
  expect(JSON.parse(kept.stdout).totals).toMatchObject({ jobs: 2, failed: 2 })
})

test('a bug of ours comes before all other codes', async () => {
  expect(await benchSweep(plan, { ...options, out }, context(70).context)).toBe(70)
})

test('asked to stop, it ends with the code of the signal after the job that it is at', async () => {
  const stop = new AbortController()
  const { context: given, launched } = context(3, stop)
  const asking = {
    ...given,
    runCommand: (...words: Parameters<typeof given.runCommand>) => {
      stop.abort(new Interrupted('SIGTERM'))
      return given.runCommand(...words)
    },
  }
  expect(await benchSweep(plan, { ...options, out }, asking)).toBe(143)
  expect(launched).toHaveLength(1)
})

test('a folder that holds a sweep is left alone', async () => {
  writeFileSync(join(out, 'sweep.json'), '{}')
  const { context: given, launched } = context(0)
  await expect(benchSweep(plan, { ...options, out }, given)).rejects.toThrow(/holds a sweep already.*--overwrite/)
  expect(launched).toEqual([])
})
