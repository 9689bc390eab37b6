import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { recordingProxy } from './recording-proxy.ts'
import { runCli, serveCli } from './run-cli.ts'
import { runHere } from './run-here.ts'
import { temporaryFolder } from './temporary-folder.ts'

const load = ['--lanes', '4', '--duration', '4', '--time-scale', '0.01', '--json']

test('one process and three send the same requests, in one journal on one clock', async () => {
  const server = await serveCli()
  const folder = temporaryFolder()
  const sent: string[][] = []
  for (const processes of ['1', '3']) {
    const proxy = await recordingProxy(server.url)
    const out = join(folder, processes)
    const passes = [
      '--lanes',
      '4',
      '--preset',
      'fixed-seq-len',
      '--isl',
      '256',
      '--osl',
      '8',
      '--passes',
      '2',
      '--json',
    ]
    const args = ['replay', '--url', proxy.url, ...passes, '--processes', processes, '--out', out]
    const { code, stdout, stderr } = await runCli(args)
    proxy.close()
    expect(code, stderr).toBe(0)
    const { counts, inputTokens, provenance } = JSON.parse(stdout)
    expect([counts.failed, inputTokens.exactShare]).toEqual([0, 1])
    expect(provenance.target.processes).toBe(processes === '1' ? undefined : 3)
    const records = readFileSync(join(out, 'records.jsonl'), 'utf8')
    for (const [, dueMs, sentMs] of records.matchAll(/"dueMs":([\d.]+).*?"sentMs":([\d.]+)/g))
      expect(Number(sentMs)).toBeGreaterThanOrEqual(Number(dueMs) - 0.1)
    sent.push(proxy.bodies.sort())
  }
  await server.stop()
  expect(sent[0]?.length).toBeGreaterThan(8)
  expect(sent[1]).toEqual(sent[0])
})

test('a debug trace is of one process, and no number below one is taken', async () => {
  for (const flags of [
    ['--processes', '2', '--debug-trace'],
    ['--processes', '0'],
  ]) {
    const { code, stderr } = await runHere(['replay', '--url', 'http://127.0.0.1:9', ...load, ...flags])
    expect(code).toBe(2)
    expect(stderr).toContain('--processes')
  }
})
