import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { WallClock } from '@reprise/replay-engine/clock'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { CompanionRun } from './companion.ts'
import { metricsSources, pageAccess, serverMetrics } from './server-metrics.ts'

let folder = ''
const cleanups: (() => void)[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reprise-metrics-'))
})
afterEach(() => {
  for (const clean of cleanups.splice(0)) clean()
  rmSync(folder, { recursive: true, force: true })
})

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanups.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const lines = () =>
  readFileSync(join(folder, 'server-metrics.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
const run = (clock = new WallClock()) => ({ clock, folder }) as unknown as CompanionRun
const end = 'window' as const

test('pages are found beside the endpoints, those that are named come with them, and none is asked twice', () => {
  const options = {
    url: 'http://gpu:8000/v1',
    otherUrls: ['https://gate/deep/v1/chat/completions', 'http://gpu:8000'],
    metricsUrl: ['http://gpu:8081/metrics', 'http://gpu:8000/metrics'],
  }
  expect(metricsSources(options)).toEqual([
    { url: 'http://gpu:8000/metrics', found: 'endpoint' },
    { url: 'https://gate/deep/metrics', found: 'endpoint' },
    { url: 'http://gpu:8081/metrics', found: 'option' },
  ])
})

test('pages are reached as the endpoint is: by the proxies of the environment or of the flag, this machine straight', () => {
  const options = { url: 'http://gpu:8000', metricsUrl: ['http://127.0.0.1:9400/metrics', 'http://other:8000/metrics'] }
  const env = { HTTP_PROXY: 'http://me:p%40ss@gate:3128', NO_PROXY: 'other' }
  expect(pageAccess(options, env).proxies).toEqual({ 'http://gpu:8000': 'http://me:p%40ss@gate:3128/' })
  expect(pageAccess({ ...options, proxy: 'none' }, env).proxies).toEqual({})
})

test('a page that wants a header gets it, and no file of the run holds its value', async () => {
  const url = await serve((request, response) => {
    response.writeHead(request.headers['x-key'] === 'sesame' ? 200 : 401)
    response.end('a 1')
  })
  const options = { url, metricsIntervalMs: 10, metricsHeaders: { 'x-key': 'sesame' } }
  const companion = serverMetrics(options, expect.fail)!
  await companion.start!(run())
  await vi.waitFor(() => expect(lines().length).toBeGreaterThan(2))
  await companion.stop!(end)
  expect(lines().filter((line) => 'problem' in line)).toEqual([])
  expect(readFileSync(join(folder, 'server-metrics.jsonl'), 'utf8')).not.toContain('sesame')
})

test('a thread samples on the clock of the run, at its edges too, and is gone when the run is', async () => {
  const url = await serve((_, response) => response.end('a 1'))
  const clock = new WallClock()
  const companion = serverMetrics({ url, metricsIntervalMs: 10 }, expect.fail)!
  await companion.start!(run(clock))
  const startMs = clock.now()
  companion.phase!({ phase: 'profiling', startMs })
  await vi.waitFor(() => expect(lines().length).toBeGreaterThan(4))
  companion.phase!({ phase: 'profiling', startMs, endMs: clock.now() })
  await companion.stop(end)
  const stoppedMs = clock.now()
  const all = lines()
  expect(all[0]).toMatchObject({ schema: 'server-metrics/1', attempt: 1, sources: [{ url: `${url}/metrics` }] })
  const edges = all.filter(({ edge }) => edge !== undefined)
  expect(edges.map(({ edge }) => edge)).toEqual(['profiling-start', 'profiling-end'])
  expect(edges[0].atMs).toBeGreaterThanOrEqual(startMs - 1)
  expect(all.at(-1)).toMatchObject({ end: true })
  expect(all.at(-1).atMs).toBeLessThanOrEqual(stoppedMs + 1)
})

test('a run that ends does not wait for a page that never comes', async () => {
  const asked = Promise.withResolvers<void>()
  const url = await serve(() => asked.resolve())
  const companion = serverMetrics({ url }, expect.fail)!
  await companion.start!(run())
  await asked.promise
  companion.phase!({ phase: 'drain', startMs: 0, endMs: 1 })
  await companion.stop('interrupted')
  const all = lines()
  expect(all.filter(({ problem }) => problem === 'timeout')).toHaveLength(2)
  expect(all.at(-1)).toMatchObject({ end: true })
})

test('a file that cannot be written is told, and the run begins all the same', async () => {
  const told: string[] = []
  const companion = serverMetrics({ url: 'http://127.0.0.1:1' }, (text) => told.push(text))!
  rmSync(folder, { recursive: true })
  await companion.start!(run())
  companion.phase!({ phase: 'warmup', startMs: 0 })
  await companion.stop(end)
  expect(told.join()).toMatch(/^server metrics are not sampled: .*no such file/)
})

test('a meter of this machine is read beside a server of this machine, and is gone with the run', async () => {
  const path = process.env.PATH
  cleanups.push(() => {
    process.env.PATH = path
  })
  const bin = mkdtempSync(join(tmpdir(), 'reprise-meter-'))
  cleanups.push(() => rmSync(bin, { recursive: true, force: true }))
  const pid = join(bin, 'pid')
  writeFileSync(
    join(bin, 'nvidia-smi'),
    `#!/bin/sh\necho $$ > ${pid}\nwhile :; do echo "GPU-a, 250"; sleep 0.02; done\n`,
  )
  chmodSync(join(bin, 'nvidia-smi'), 0o755)
  process.env.PATH = `${bin}${delimiter}${path}`
  const url = await serve((_, response) => response.end('DCGM_FI_DEV_POWER_USAGE{UUID="GPU-a"} 251'))
  const companion = serverMetrics({ url }, expect.fail)!
  await companion.start!(run())
  const power = join(folder, 'power.jsonl')
  const told = () => readFileSync(power, 'utf8')
  await vi.waitFor(() => {
    expect(told()).toContain('"meter":"nvidia-smi","device":"GPU-a"')
    expect(told()).toContain('"meter":"dcgm","device":"GPU-a"')
  })
  await companion.stop(end)
  expect(JSON.parse(told().split('\n')[0]!)).toMatchObject({ schema: 'power/1', attempt: 1 })
  expect(existsSync(`/proc/${readFileSync(pid, 'utf8').trim()}`)).toBe(false)
})

test('who wants none has none', () => {
  expect(serverMetrics({ url: 'http://127.0.0.1:1', metrics: false }, expect.fail)).toBeUndefined()
})
