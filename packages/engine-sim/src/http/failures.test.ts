import { expect, test } from 'vitest'
import { type Failures, failsAt } from './failures.ts'
import { eventsOf, sendRaw } from './raw-reply.fixture.ts'
import { quickEngine, serveForTest, wordsOf } from './serve.fixture.ts'

const body = { messages: [{ role: 'user', content: wordsOf(20) }], max_tokens: 9, ignore_eos: true }
const chat = (port: number, more: object = {}) =>
  sendRaw(port, { method: 'POST', path: '/v1/chat/completions', body: { ...body, ...more } })

test('the share fails that was asked for, the same ones by the same seed', () => {
  const drawn = (failures: Failures) => Array.from({ length: 10_000 }, (_, ordinal) => failsAt(failures, ordinal))
  const tenth = drawn({ kind: 'error', share: 0.1, seed: 1 })
  // Six standard deviations of a binomial count.
  expect(Math.abs(tenth.filter(Boolean).length - 1000)).toBeLessThan(180)
  expect(drawn({ kind: 'error', share: 0.1, seed: 1 })).toEqual(tenth)
  expect(drawn({ kind: 'error', share: 0.1, seed: 2 })).not.toEqual(tenth)
  expect(drawn({ kind: 'error', share: 0, seed: 1 })).not.toContain(true)
  expect(drawn({ kind: 'error', share: 1, seed: 1 })).not.toContain(false)
})

test('an error comes in the place of a reply, and nothing of it reaches the engine', async () => {
  const failures: Failures = { kind: 'error', share: 0.5, seed: 3 }
  const { port, log } = await serveForTest({ failures })
  const statuses: number[] = []
  for (let sent = 0; sent < 12; sent += 1) statuses.push((await chat(port)).status)
  const planned = statuses.map((_, ordinal) => (failsAt(failures, ordinal) ? 500 : 200))
  expect(new Set(planned).size).toBe(2)
  expect(statuses).toEqual(planned)
  expect(log).toHaveLength(planned.filter((status) => status === 200).length)
  // What asks for no reply does not fail.
  expect((await sendRaw(port, { method: 'GET', path: '/health' })).status).toBe(200)
})

test('the words of an error say that it was asked for', async () => {
  const { port } = await serveForTest({ failures: { kind: 'error', share: 1, seed: 0 } })
  const reply = await chat(port)
  expect(JSON.parse(reply.body).error).toMatchObject({ code: 500, type: 'InternalServerError', param: null })
  expect(reply.body).toContain('asked to fail')
})

test('an error on a route that is another protocol has the form of that', async () => {
  const { port } = await serveForTest({ failures: { kind: 'error', share: 1, seed: 0 } })
  const body = { model: 'tiny', messages: [{ role: 'user', content: 'a' }], max_tokens: 1 }
  const reply = await sendRaw(port, { method: 'POST', path: '/v1/messages', body })
  expect([reply.status, JSON.parse(reply.body)]).toEqual([
    500,
    { type: 'error', error: { type: 'api_error', message: 'This request was asked to fail.' } },
  ])
})

test('a stalled stream stops behind its first tokens, and goes on when its time is over; tokens were made meanwhile', async () => {
  const failures: Failures = { kind: 'stall', share: 1, seed: 0, stallMs: 80 }
  const engine = quickEngine({ stepTime: { baseMs: 5 } })
  const { port, log } = await serveForTest({ failures, engine, keepTokenInstants: true })
  // Half a second of tokens, so that a machine that stands still does not have them all before the first is written.
  const { body: text } = await chat(port, { stream: true, max_tokens: 100 })
  expect(eventsOf(text).at(-1)).toBe('[DONE]')
  const { writeMs, tokenMs } = log[0]!
  const pauses = writeMs!.slice(1).map((atMs, index) => atMs - writeMs![index]!)
  const at = pauses.findIndex((pauseMs) => pauseMs >= 79)
  expect(at).toBeGreaterThanOrEqual(0)
  const meanwhile = tokenMs!.filter((atMs) => atMs > writeMs![at]! && atMs < writeMs![at + 1]!)
  expect(meanwhile.length).toBeGreaterThan(9)
})

test('one that is stalled without an end is given up by its client, and is logged then', async () => {
  const { url, log, port } = await serveForTest({ failures: { kind: 'stall', share: 1, seed: 0 } })
  const stop = new AbortController()
  const reply = fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: stop.signal,
  })
  const metrics = async () => (await sendRaw(port, { method: 'GET', path: '/metrics' })).body
  await expect.poll(metrics).toContain('vllm:generation_tokens_total{engine="0",model_name="tiny"} 9.0')
  expect(log).toEqual([])
  stop.abort()
  await expect(reply).rejects.toThrow()
  await expect.poll(() => log).toMatchObject([{ outputTokens: 9, aborted: false }])
  expect(log[0]).not.toHaveProperty('firstWriteMs')
})

test('a reply that is cut off ends in its middle, and its blocks are free', async () => {
  const { port, log } = await serveForTest({ failures: { kind: 'cut', share: 1, seed: 0 } })
  const { status, body: text } = await chat(port, { stream: true, max_tokens: 1000 })
  expect(status).toBe(200)
  expect(eventsOf(text).length).toBeGreaterThan(0)
  expect(eventsOf(text)).not.toContain('[DONE]')
  await expect.poll(() => log).toMatchObject([{ aborted: true }])
  expect(log[0]!.outputTokens).toBeLessThan(1000)
  const { body: load } = await sendRaw(port, { method: 'GET', path: '/load' })
  expect(JSON.parse(load)).toEqual({ server_load: 0 })
})
