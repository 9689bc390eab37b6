import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { runRegistered } from '../terminal/run-registered.fixture.ts'
import { registerResults } from './results.ts'

const folder = mkdtempSync(join(tmpdir(), 'reprise-compare-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const empty = { schema: 'collection/1', totals: { jobs: 0, done: 0, failed: 0 }, rows: [], strays: [] }
writeFileSync(join(folder, 'collection.json'), JSON.stringify(empty))
writeFileSync(join(folder, 'other.json'), '{"schema":"result/1"}')
const compare = (...args: string[]) => runRegistered(registerResults, ['results', 'compare-sweep', ...args])

test('by file or by folder; as JSON one value', async () => {
  const { stdout, exitCode } = await compare(folder, join(folder, 'collection.json'), '--json')
  expect({ exitCode, value: JSON.parse(stdout) }).toEqual({
    exitCode: 0,
    value: { schema: 'sweep-comparison/1', points: [] },
  })
  expect((await compare(folder, folder)).stdout).toContain('Without one nobody can tell')
})

test.each([
  ['other.json', /other\.json: is no collection\/1/],
  ['nowhere', /nowhere/],
])('%s is no sweep', async (name, words) => {
  const { exitCode, stderr } = await compare(folder, join(folder, name))
  expect(exitCode).toBe(2)
  expect(stderr).toMatch(words)
})
