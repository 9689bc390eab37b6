import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { runHere, serveHere } from './run-here.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** A server that sees whatever is asked of it. */
async function watchedServer() {
  const seen = { requests: 0 }
  const server = createServer((_, response) => {
    seen.requests += 1
    response.writeHead(404).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return { seen, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

/** A folder with a run, a file, and traces that are none. */
async function hindrances() {
  const folder = temporaryFolder()
  const run = join(folder, 'run')
  expect((await runHere(['simulate', '--lanes', '1', '--passes', '1', '--out', run, '--quiet'])).code).toBe(0)
  writeFileSync(join(folder, 'file'), '')
  mkdirSync(join(folder, 'traces'))
  writeFileSync(join(folder, 'traces', 'broken.json'), '{')
  return { folder, run }
}

describe('before a server is asked for anything', { timeout: 60_000 }, () => {
  test.each([
    ['a run in the folder', (folder: string) => ['--out', join(folder, 'run')], /holds a run already/],
    [
      'a file where the folder should be',
      (folder: string) => ['--out', join(folder, 'file/run')],
      /a file stands where the folder should be/,
    ],
    ['traces that cannot be read', (folder: string) => ['--traces', join(folder, 'traces')], /broken\.json/],
    ['traces that are not there', (folder: string) => ['--traces', join(folder, 'nowhere')], /nowhere/],
    ['an unknown preset', () => ['--preset', 'mine'], /there is no preset "mine"/],
    ['more lanes than a run can have, the last of several', () => ['--lanes', '1,900000'], /load: lanes: /],
  ])('%s', async (_, flags, message) => {
    const { folder } = await hindrances()
    const { seen, url } = await watchedServer()
    const run = await runHere(['replay', '--url', url, ...flags(folder)])
    expect(run.stderr).toMatch(message)
    expect(run.code).toBe(2)
    expect(seen.requests).toBe(0)
  })
})

test('simulate reads no traces for a folder that it may not write to', async () => {
  const { folder, run } = await hindrances()
  const refused = await runHere(['simulate', '--traces', join(folder, 'traces'), '--out', run])
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringMatching(/^reprise: .*holds a run already/) })
})

test('bench starts no server for an engine that cannot be, or a folder that is taken', async () => {
  const { folder, run } = await hindrances()
  const engine = join(folder, 'engine.json')
  writeFileSync(engine, '{"scheduler": {"numBlocks": "many"}}')
  const refused = await runHere(['bench', '--engine', engine])
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringMatching(/engine\.json.*numBlocks/s) })
  const taken = await runHere(['bench', '--lanes', '1', '--out', run])
  expect(taken).toMatchObject({ code: 2, stderr: expect.stringMatching(/holds a run already/) })
})

test('bench of a configuration launches nothing for traces that cannot be read', async () => {
  const { folder } = await hindrances()
  const words = [
    '--config-key',
    'sim-fp8-local-sim',
    '--traces',
    join(folder, 'traces'),
    '--out',
    join(folder, 'sweep'),
  ]
  const refused = await runHere(['bench', ...words])
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringMatching(/broken\.json/) })
  expect(readdirSync(folder)).not.toContain('sweep')
})

test('a run that cannot be resumed is left as it was', { timeout: 90_000 }, async () => {
  const folder = temporaryFolder()
  const traces = join(folder, 'traces')
  const synth = (seed: string) =>
    runHere(['trace', 'synth', '--out', traces, '--traces', '3', '--scale', '0.02', '--seed', seed])
  await synth('1')
  const { url } = await serveHere()
  const out = join(folder, 'run')
  const words = ['--url', url, '--traces', traces, '--lanes', '2', '--warmup-limit', '1ms', '--out', out, '--quiet']
  expect((await runHere(['replay', ...words])).code).toBe(4)
  expect((await runHere(['report', out])).code).toBe(0)
  const before = contentsOf(out)
  expect(before).toMatchObject({ 'report.html': expect.anything(), 'results.json': expect.anything() })
  await synth('2')
  const refused = await runHere(['replay', '--resume', out, '--quiet'])
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringMatching(/not the traces that this run began with/) })
  expect(contentsOf(out)).toEqual(before)
})

function contentsOf(folder: string): Record<string, string> {
  return Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]))
}
