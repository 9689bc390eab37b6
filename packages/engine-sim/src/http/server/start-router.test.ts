import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { startRouter } from './start-router.ts'

async function worker(listener: RequestListener): Promise<{ url: string; server: Server }> {
  const server = createServer(listener)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => void server.close())
  onTestFinished(() => server.closeAllConnections())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server }
}

async function router(...targets: string[]) {
  const started = await startRouter({ targets, port: 0 })
  onTestFinished(() => started.close())
  return started.url
}

interface Answer {
  readonly name: string
}

const named =
  (name: string): RequestListener =>
  async (request, response) => {
    let body = ''
    for await (const piece of request) body += piece
    response.setHeader('x-worker', name)
    response.end(JSON.stringify({ name, method: request.method, path: request.url, body }))
  }

test('generations go to the workers in turn, whole; what is none goes to the first', async () => {
  const url = await router((await worker(named('a'))).url, (await worker(named('b'))).url)
  const ask = async (path: string, init?: RequestInit) => (await (await fetch(url + path, init)).json()) as Answer
  const post = { method: 'POST', body: '{"prompt":"x"}', headers: { 'content-type': 'application/json' } }
  const names = []
  for (let i = 0; i < 4; i++) names.push((await ask('/v1/completions', post)).name)
  expect(names).toEqual(['a', 'b', 'a', 'b'])
  expect(await ask('/v1/chat/completions?x=1', post)).toEqual({
    name: 'a',
    method: 'POST',
    path: '/v1/chat/completions?x=1',
    body: post.body,
  })
  for (let i = 0; i < 3; i++) expect((await ask('/v1/models')).name).toBe('a')
})

test('an answer is handed back as it comes', async () => {
  const goOn = Promise.withResolvers<void>()
  const slow = await worker(async (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write('data: 1\n\n')
    await goOn.promise
    response.end('data: [DONE]\n\n')
  })
  const response = await fetch(`${await router(slow.url)}/v1/completions`, { method: 'POST', body: '{}' })
  const reader = response.body!.getReader()
  expect(new TextDecoder().decode((await reader.read()).value)).toBe('data: 1\n\n')
  goOn.resolve()
  expect(new TextDecoder().decode((await reader.read()).value)).toBe('data: [DONE]\n\n')
})

test('it is healthy when all workers are', async () => {
  const state = { status: 200 }
  const [one, two] = [await worker(named('a')), await worker((_, response) => response.writeHead(state.status).end())]
  const url = await router(one.url, two.url)
  expect((await fetch(`${url}/health`)).status).toBe(200)
  state.status = 503
  expect((await fetch(`${url}/health`)).status).toBe(503)
  expect((await fetch(`${await router(one.url, 'http://127.0.0.1:1')}/health`)).status).toBe(503)
})

test('a worker that is gone is a bad gateway, and one that breaks off breaks its answer off', async () => {
  const gone = await fetch(`${await router('http://127.0.0.1:1')}/v1/completions`, { method: 'POST', body: '{}' })
  expect(gone.status).toBe(502)
  expect(await gone.json()).toMatchObject({
    error: { message: expect.stringContaining('127.0.0.1:1 does not answer') },
  })
  const broken = await worker((_, response) => {
    response.writeHead(200)
    response.write('a', () => response.destroy())
  })
  const answer = await fetch(`${await router(broken.url)}/v1/completions`, { method: 'POST', body: '{}' })
  await expect(answer.text()).rejects.toThrow()
})

test('a client that goes away takes its request with it', async () => {
  const left = Promise.withResolvers<void>()
  const slow = await worker((_, response) => {
    response.writeHead(200)
    response.write('a')
    response.on('close', () => left.resolve())
  })
  const stop = new AbortController()
  const response = await fetch(`${await router(slow.url)}/v1/completions`, {
    method: 'POST',
    body: '{}',
    signal: stop.signal,
  })
  await response.body!.getReader().read()
  stop.abort()
  await left.promise
})

test('an address that is taken is told', async () => {
  const { url } = await worker(named('a'))
  await expect(startRouter({ targets: [url], port: Number(new URL(url).port) })).rejects.toThrow(
    /cannot listen on 127\.0\.0\.1/,
  )
})
