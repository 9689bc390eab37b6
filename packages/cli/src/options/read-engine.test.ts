import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readEngine } from './read-engine.ts'

const folder = mkdtempSync(join(tmpdir(), 'reprise-engine-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const write = (name: string, text: string) => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

test('a table of step times lies beside the description that names it, which may say the rest', async () => {
  write('steps.csv', 'kind,count,context,ms\nprefill,1,0,10\ndecode,1,0,4\n')
  const named = { kind: 'table', file: 'steps.csv', outside: 'nearest' }
  const { model, stepTime } = await readEngine(write('engine.json', JSON.stringify({ model: 'mine', stepTime: named })))
  expect(model).toBe('mine')
  expect(stepTime).toEqual({
    kind: 'table',
    outside: 'nearest',
    prefill: { counts: [1], contexts: [0], ms: [[10]] },
    decode: { counts: [1], contexts: [0], ms: [[4]] },
  })
})

test('a table that is not there is named by its path, and what is no JSON still is', async () => {
  const absent = write('absent.json', '{"stepTime": {"kind": "table", "file": "nowhere.csv"}}')
  await expect(readEngine(absent)).rejects.toThrow(/--engine .*nowhere\.csv: no such file/)
  await expect(readEngine(write('odd.json', '{"stepTime": {"kind":'))).rejects.toThrow(/odd\.json: not JSON/)
  await expect(readEngine(write('null.json', 'null'))).rejects.toThrow(/null\.json: /)
})
