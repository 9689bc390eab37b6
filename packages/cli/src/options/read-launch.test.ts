import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readLaunch } from './read-launch.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reprise-launch-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const process = (name: string, port: number, metrics = true) => {
  const url = `http://127.0.0.1:${port}`
  return { name, role: name.replace(/-.*/, ''), url, gpus: 1, ...(metrics && { metricsUrl: `${url}/metrics` }) }
}

function launch(log?: string): void {
  const processes = [process('router', 1, false), process('prefill-0', 2), process('decode-0', 3)]
  const record = {
    schema: 'launch/2',
    label: 'reprise-x',
    host: 'process',
    url: processes[0]!.url,
    processes,
    model: 'm',
  }
  const rest = { state: folder, logFile: join(folder, 'server.log'), phasesMs: {} }
  writeFileSync(join(folder, 'launch.json'), JSON.stringify({ ...record, ...rest }))
  if (log !== undefined) writeFileSync(join(folder, 'server.log'), log)
}

test('the pages of every process that has one, and what the log says of the KV cache', async () => {
  launch('INFO GPU KV cache size: 1,024 tokens\n')
  expect(await readLaunch(folder)).toEqual({
    urls: ['http://127.0.0.1:2/metrics', 'http://127.0.0.1:3/metrics'],
    kvPool: { tokens: 1_024, engines: 1 },
  })
})

test('a log that is not there, or no plain file, says nothing', async () => {
  launch()
  expect(await readLaunch(folder)).not.toHaveProperty('kvPool')
  symlinkSync('/dev/zero', join(folder, 'server.log'))
  expect(await readLaunch(folder)).not.toHaveProperty('kvPool')
})

test('a folder without a launch is refused with the cure', async () => {
  await expect(readLaunch(folder)).rejects.toThrow(/^--launch .*launch\.json: /)
  writeFileSync(join(folder, 'launch.json'), '{}')
  await expect(readLaunch(folder)).rejects.toThrow(
    /: is no launch .*give the folder that launch run was given as --state$/,
  )
})
