import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test, vi } from 'vitest'
import type { MetricsSource, ServerMetricsLine } from '../samples/sample-line.ts'
import { ServerMetricsLine as Line } from '../samples/sample-line.ts'
import type { PageAccess } from './scrape-page.ts'
import { ServerSampler } from './server-sampler.ts'

const servers: Server[] = []
const samplers: ServerSampler[] = []
afterEach(async () => {
  for (const sampler of samplers.splice(0)) await sampler.stop({ patienceMs: 0 })
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

interface Wish {
  readonly access?: PageAccess
  /** Default 5. */
  readonly intervalMs?: number
  readonly timeoutMs?: number
  readonly maxFileBytes?: number
  readonly found?: MetricsSource['found']
}

function sample(
  urls: readonly string[],
  { intervalMs = 5, timeoutMs = 30_000, maxFileBytes = 1e9, found = 'option', access }: Wish = {},
) {
  const lines: ServerMetricsLine[] = []
  const sources = urls.map((url) => ({ url, found }))
  const sampler = new ServerSampler({
    head: { schema: 'server-metrics/1', attempt: 1, intervalMs, timeoutMs, maxFileBytes, sources },
    access,
    now: () => performance.now(),
    write: (line) => {
      const text = JSON.stringify(line)
      lines.push(Line.parse(JSON.parse(text)))
      return text.length
    },
  })
  samplers.push(sampler)
  const of = (source: number) =>
    lines.filter((line) => 'source' in line && line.source === source && !('movedTo' in line))
  return { sampler, lines, of }
}

test('every series is kept as it changes, edges are told, and the end is written', async () => {
  let asked = 0
  const url = await serve((_, response) => {
    asked += 1
    response.end(`n ${asked}\nstill 7\n`)
  })
  const { sampler, lines, of } = sample([`${url}/metrics`])
  await vi.waitFor(() => expect(of(0).length).toBeGreaterThan(3))
  sampler.edge('profiling-start')
  await vi.waitFor(() => expect(of(0).some((line) => 'edge' in line)).toBe(true))
  sampler.edge('profiling-end')
  await sampler.stop({ patienceMs: 30_000 })
  expect(lines[0]).toMatchObject({ schema: 'server-metrics/1' })
  expect(of(0)[0]).toMatchObject({
    new: [
      ['n', 1],
      ['still', 7],
    ],
  })
  expect(of(0)[1]).toMatchObject({ set: [0, 2] })
  expect(of(0).flatMap((line) => ('edge' in line ? [line.edge] : []))).toEqual(['profiling-start', 'profiling-end'])
  expect(lines.at(-1)).toMatchObject({ end: true })
})

test('a source that stalls delays no other, and every kind of wrong answer is told by its name', async () => {
  const good = await serve((_, response) => response.end('a 1'))
  const stalled = await serve(() => {})
  const halfway = await serve((_, response) => response.write('a 1\n'))
  const dying = await serve((_, response) =>
    response.writeHead(200, { 'content-length': '99' }).write('a 1\n', () => response.destroy()),
  )
  const missing = await serve((_, response) => response.writeHead(404).end('a 1'))
  const prose = await serve((_, response) => response.end('<html>hello'))
  const redirect = await serve((_, response) => response.writeHead(302, { location: `${good}/metrics` }).end())
  const urls = [good, stalled, halfway, dying, missing, prose, redirect, 'http://127.0.0.1:1']
  const { sampler, of } = sample(urls, { timeoutMs: 200 })
  const expected = ['page', 'timeout', 'timeout', 'broken', 'status', 'not-metrics', 'status', 'unreachable']
  const seen = (source: number) => of(source).map((line) => ('problem' in line ? line.problem : 'page'))
  await vi.waitFor(
    () => {
      for (const [source, answer] of expected.entries()) expect(seen(source)).toContain(answer)
      expect(seen(0).length).toBeGreaterThan(5)
    },
    { timeout: 30_000 },
  )
  await sampler.stop({ patienceMs: 0 })
})

test('of a page without end no more is read than a page may have', async () => {
  const row = `a{x="${'y'.repeat(1_000)}"} 1\n`.repeat(64)
  let sent = 0
  let closed = false
  const url = await serve((_, response) => {
    // A hundred megabytes, if anybody reads them.
    const more = () => {
      while (sent < 100 * 1024 * 1024 && !response.destroyed) {
        sent += row.length
        if (!response.write(row)) return void response.once('drain', more)
      }
      response.end()
    }
    response.on('close', () => {
      closed = true
    })
    more()
  })
  const { sampler, of } = sample([url])
  await vi.waitFor(() => expect([of(0)[0], closed]).toMatchObject([{ problem: 'too-large' }, true]), {
    timeout: 30_000,
  })
  await sampler.stop({ patienceMs: 0 })
  expect(sent).toBeLessThan(60 * 1024 * 1024)
})

test('one that was guessed and answers JSON is looked for at its other usual place', async () => {
  const paths: (string | undefined)[] = []
  const url = await serve((request, response) => {
    paths.push(request.url)
    if (request.url === '/metrics') response.writeHead(200, { 'content-type': 'application/json' }).end('[]')
    else response.end('trtllm_request_success_total 1')
  })
  const { sampler, lines, of } = sample([`${url}/metrics`], { found: 'endpoint' })
  await vi.waitFor(() => expect(of(0).length).toBeGreaterThan(2))
  await sampler.stop({ patienceMs: 0 })
  expect(lines[1]).toEqual({ source: 0, movedTo: `${url}/prometheus/metrics` })
  expect(of(0)[0]).toMatchObject({ new: [['trtllm_request_success_total', 1]] })
  expect(paths.filter((path) => path === '/metrics')).toHaveLength(1)
})

test('one that fails again and again is left alone for longer, and what was left out is counted', async () => {
  let asked = 0
  const url = await serve((_, response) => {
    asked += 1
    response.writeHead(asked > 5 ? 200 : 503).end('a 1')
  })
  const { sampler, of } = sample([url], { intervalMs: 60 })
  await vi.waitFor(() => expect(of(0).some((line) => 'new' in line)).toBe(true))
  await sampler.stop({ patienceMs: 0 })
  const left = of(0).map((line) => ('left' in line ? (line.left ?? 0) : 0))
  // Behind the third failure rests of 2, 4 and 8 intervals; a busy machine misses some by itself.
  expect(left[3]).toBeGreaterThanOrEqual(1)
  expect(left[4]).toBeGreaterThanOrEqual(2)
  expect(left[5]).toBeGreaterThanOrEqual(5)
})

test('a file that has reached its bound takes edges alone, and says so', async () => {
  const url = await serve((_, response) => response.end(`n ${performance.now()}`))
  const { sampler, lines } = sample([url], { maxFileBytes: 900 })
  await vi.waitFor(() => expect(lines.some((line) => 'full' in line)).toBe(true))
  const full = lines.findIndex((line) => 'full' in line)
  sampler.edge('drain-end')
  await sampler.stop({ patienceMs: 30_000 })
  expect(lines.slice(full + 1).map((line) => Object.keys(line).find((key) => key === 'edge' || key === 'end'))).toEqual(
    ['edge', 'end'],
  )
})

test('a page is asked for with the headers that were given', async () => {
  const url = await serve((request, response) => {
    response.writeHead(request.headers['x-key'] === 'open' ? 200 : 401)
    response.end('n 1')
  })
  const { of } = sample([`${url}/metrics`], { access: { headers: { 'x-key': 'open' } } })
  await vi.waitFor(() => expect(of(0).length).toBeGreaterThan(1))
  expect(of(0).filter((line) => 'problem' in line)).toEqual([])
})

test('a page behind a proxy is asked for through that, with who asks; another goes straight', async () => {
  const asked: string[] = []
  const proxy = await serve((request, response) => {
    asked.push(`${request.url} ${request.headers['proxy-authorization']}`)
    response.end('n 1')
  })
  const straight = await serve((_, response) => response.end('n 2'))
  const { of } = sample(['http://gpu.invalid:8000/metrics', `${straight}/metrics`], {
    access: { proxies: { 'http://gpu.invalid:8000': proxy.replace('//', '//me:p%40ss@') } },
  })
  await vi.waitFor(() => expect(Math.min(of(0).length, of(1).length)).toBeGreaterThan(1))
  expect([...of(0), ...of(1)].filter((line) => 'problem' in line)).toEqual([])
  const whoAsks = `Basic ${Buffer.from('me:p@ss').toString('base64')}`
  expect(new Set(asked)).toEqual(new Set([`http://gpu.invalid:8000/metrics ${whoAsks}`]))
})
