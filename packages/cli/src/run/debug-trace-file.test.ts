import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Target } from '@reprise/replay-engine'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { DebugTraceFile, debugTraceFile } from './debug-trace-file.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reprise-trace-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const legible = { messagesOf: () => [], send: async () => ({ kind: 'cancelled' }) as const }
const request = { id: '0.0.0.0', phase: 'profiling', inputTokens: 1, outputTokens: 1 } as Parameters<Target['send']>[0]
const observer = { connecting: () => {}, sent: () => {}, headers: () => {}, chunk: () => {}, resent: () => {} }

async function writeOne(resumed: boolean): Promise<string[]> {
  const file = new DebugTraceFile(folder, { resumed })
  await file.traced(legible).send(request, observer, new AbortController().signal)
  await file.stop()
  return readFileSync(join(folder, debugTraceFile), 'utf8').split('\n')
}

test('a new run begins anew, a resumed one goes on after the line that a kill has torn', async () => {
  writeFileSync(join(folder, debugTraceFile), 'of an earlier run\n')
  const [line, ...rest] = await writeOne(false)
  expect([JSON.parse(line!).id, rest]).toEqual(['0.0.0.0', ['']])
  writeFileSync(join(folder, debugTraceFile), `${line}\n{"id":"0.0.`)
  expect(await writeOne(true)).toEqual([line, '{"id":"0.0.', line, ''])
})

test('a link in its place is not followed', async () => {
  const victim = join(folder, 'victim')
  writeFileSync(victim, 'mine')
  symlinkSync(victim, join(folder, debugTraceFile))
  await expect(writeOne(true)).rejects.toThrow(/debug-trace\.jsonl: a link stands where the file should be/)
  expect(readFileSync(victim, 'utf8')).toBe('mine')
  await writeOne(false)
  expect(readFileSync(victim, 'utf8')).toBe('mine')
})

test('a run without a request leaves no file, and a folder that is none is told', async () => {
  await new DebugTraceFile(join(folder, 'none'), { resumed: false }).stop()
  writeFileSync(join(folder, 'file'), '')
  folder = join(folder, 'file')
  await expect(writeOne(false)).rejects.toThrow(/debug-trace.jsonl: cannot be written \(E/)
  folder = join(folder, '..')
})
