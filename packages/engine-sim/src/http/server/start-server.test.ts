import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { eventsOf, sendRaw } from '../raw-reply.fixture.ts'
import { quickEngine, serveForTest, wordsOf } from '../serve.fixture.ts'
import { ServerStartError, startServer } from './start-server.ts'

const messages = [{ role: 'user' as const, content: wordsOf(200) }]
const chatPath = '/v1/chat/completions'

describe('text and length', () => {
  const textOf = async (port: number, body: object) => {
    const reply = await sendRaw(port, { method: 'POST', path: chatPath, body: { messages, max_tokens: 8, ...body } })
    return JSON.parse(reply.body).choices[0].message.content as string
  }

  test('at temperature 0 the text follows from the prompt; else from the seed, or it differs', async () => {
    const { port } = await serveForTest()
    const cold = { temperature: 0, ignore_eos: true }
    const first = await textOf(port, cold)
    expect(await textOf(port, { ...cold, cache_salt: 'other' })).toBe(first)
    expect(await textOf(port, { ...cold, messages: [{ role: 'user', content: 'else' }] })).not.toBe(first)
    const seeded = await textOf(port, { ignore_eos: true, seed: 1 })
    expect(await textOf(port, { ignore_eos: true, seed: 1 })).toBe(seeded)
    expect(await textOf(port, { ignore_eos: true, seed: 2 })).not.toBe(seeded)
    expect(await textOf(port, { ignore_eos: true })).not.toBe(await textOf(port, { ignore_eos: true }))
  })

  test('without ignore_eos the model ends by itself, never before min_tokens', async () => {
    const { port } = await serveForTest({ engine: quickEngine({ stepTime: { baseMs: 0.01 } }) })
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, seed) =>
        sendRaw(port, { method: 'POST', path: chatPath, body: { messages, seed, min_tokens: 5, max_tokens: 5000 } }),
      ),
    )
    const ends = replies.map(({ body }) => JSON.parse(body))
    expect(ends.map((end) => end.choices[0].finish_reason)).toEqual(Array(20).fill('stop'))
    for (const end of ends) {
      // The end-of-sequence token counts and has no text.
      expect(end.choices[0].message.content.trim().split(' ')).toHaveLength(end.usage.completion_tokens - 1)
      expect(end.usage.completion_tokens).toBeGreaterThan(5)
    }
    expect(new Set(ends.map((end) => end.usage.completion_tokens)).size).toBeGreaterThan(10)
  })

  test('without max_tokens the rest of the context is the limit', async () => {
    const { port } = await serveForTest({
      engine: quickEngine({ scheduler: { maxModelLen: 256 }, stepTime: { baseMs: 0.01 } }),
    })
    const reply = await sendRaw(port, { method: 'POST', path: chatPath, body: { messages, ignore_eos: true } })
    expect(JSON.parse(reply.body).usage).toMatchObject({ prompt_tokens: 200, completion_tokens: 56 })
  })

  test('a stop string ends the text before it', async () => {
    const { port } = await serveForTest()
    const text = await textOf(port, { temperature: 0, ignore_eos: true })
    const stop = text.slice(11, 14)
    const body = { messages, max_tokens: 8, temperature: 0, ignore_eos: true, stop }
    const reply = JSON.parse((await sendRaw(port, { method: 'POST', path: chatPath, body })).body)
    expect(reply.choices[0]).toMatchObject({ finish_reason: 'stop', stop_reason: stop })
    expect(reply.choices[0].message.content).toBe(text.slice(0, text.indexOf(stop)))
  })
})

describe('refusals say what is wrong', () => {
  test.each([
    [{ messages: [] }, /prompt cannot be empty/],
    [{ messages, max_tokens: 'many' }, /'loc': 'body.max_tokens'.*'input': 'many'/],
    [{ messages: [{ content: 'x' }] }, /'type': 'missing', 'loc': 'body.messages.0.role'/],
    [
      { messages, max_tokens: 131_000 },
      /you requested 131000 output tokens and your prompt contains at least 73 input tokens/,
    ],
  ])('%j', async (body, message) => {
    const { port } = await serveForTest()
    const reply = await sendRaw(port, { method: 'POST', path: chatPath, body })
    expect(reply.status).toBe(400)
    expect(JSON.parse(reply.body).error.message).toMatch(message)
  })

  test('control characters of a request do not come back, and long values are cut', async () => {
    const { port } = await serveForTest()
    const body = { messages, max_tokens: `\u001b[31m${'x'.repeat(1000)}` }
    const { message } = JSON.parse((await sendRaw(port, { method: 'POST', path: chatPath, body })).body).error
    expect(message).not.toContain(String.fromCharCode(27))
    expect(message.length).toBeLessThan(400)
  })

  test('a port that is none', async () => {
    await expect(startServer({ engine: quickEngine(), port: 70_000 })).rejects.toThrow(
      new ServerStartError('cannot listen on 127.0.0.1:70000: a port is a number from 0 to 65535; 0 takes a free one'),
    )
  })

  test('an address that is taken', async () => {
    const { port } = await serveForTest()
    const second = startServer({ engine: quickEngine(), port })
    await expect(second).rejects.toThrow(ServerStartError)
    await expect(second).rejects.toThrow(/something listens there already/)
  })
})

test('a prompt sent again is found in the cache, and a template token or a role keeps prompts apart', async () => {
  const { port } = await serveForTest({ templateTokens: { baseTokens: 3, perMessageTokens: 4 } })
  const usageOf = async (role: string) => {
    const body = { messages: [{ role, content: wordsOf(200) }], max_tokens: 1 }
    return JSON.parse((await sendRaw(port, { method: 'POST', path: chatPath, body })).body).usage
  }
  expect(await usageOf('user')).toMatchObject({ prompt_tokens: 207, prompt_tokens_details: { cached_tokens: 0 } })
  expect(await usageOf('user')).toMatchObject({ prompt_tokens: 207, prompt_tokens_details: { cached_tokens: 192 } })
  expect(await usageOf('system')).toMatchObject({ prompt_tokens_details: { cached_tokens: 0 } })
  const counted = await sendRaw(port, { method: 'POST', path: '/tokenize', body: { messages } })
  expect(JSON.parse(counted.body)).toMatchObject({ count: 207, tokens: { length: 207 } })
  await sendRaw(port, { method: 'POST', path: '/reset_prefix_cache' })
  expect(await usageOf('user')).toMatchObject({ prompt_tokens_details: { cached_tokens: 0 } })
})

test('a template opens the reply as it opens what an assistant says, so that a prompt is found in the next turn whole', async () => {
  const templateTokens = { baseTokens: 1, perMessageTokens: 3, tailTokens: 2, openingTokens: 3 }
  const { port } = await serveForTest({ templateTokens })
  const said = (role: string, words: number) => ({ role, content: wordsOf(words, role) })
  const ask = (path: string, body: object) =>
    sendRaw(port, { method: 'POST', path, body }).then((reply) => JSON.parse(reply.body))
  const first = [said('user', 192 - 1 - 3 - 2 - 3)]
  const second = [...first, said('assistant', 50), said('user', 50)]
  const usageOf = async (messages: object[]) => (await ask(chatPath, { messages, max_tokens: 1 })).usage
  expect(await usageOf(first)).toMatchObject({ prompt_tokens: 192, prompt_tokens_details: { cached_tokens: 0 } })
  expect(await usageOf(second)).toMatchObject({
    prompt_tokens: 192 + 50 + 2 + 3 + 50 + 2 + 3,
    prompt_tokens_details: { cached_tokens: 192 },
  })
  const whole = await ask('/tokenize', { messages: first })
  const unopened = await ask('/tokenize', { messages: first, add_generation_prompt: false })
  expect(whole).toMatchObject({ count: 192, tokens: { length: 192 } })
  expect(unopened.tokens).toEqual(whole.tokens.slice(0, -3))
})

test('without prefix caching nothing is found, and nothing is said to have been kept', async () => {
  const { port } = await serveForTest({ engine: quickEngine({ scheduler: { enablePrefixCaching: false } }) })
  const body = { messages, max_tokens: 1 }
  await sendRaw(port, { method: 'POST', path: chatPath, body })
  const { usage } = JSON.parse((await sendRaw(port, { method: 'POST', path: chatPath, body })).body)
  expect(usage.prompt_tokens_details).toMatchObject({ cached_tokens: 0, created_cache_tokens: 0 })
})

test('requests beside one another share the engine and keep their own text', async () => {
  const { port, log } = await serveForTest()
  const replies = await Promise.all(
    Array.from({ length: 24 }, (_, seed) =>
      sendRaw(port, {
        method: 'POST',
        path: chatPath,
        body: { messages, seed, max_tokens: 10 + seed, ignore_eos: true, stream: true },
      }),
    ),
  )
  const texts = replies.map(({ body }) => {
    const events = eventsOf(body).slice(0, -1) as { choices: [{ delta: { content: string } }] }[]
    return events.map(({ choices }) => choices[0].delta.content).join('')
  })
  expect(texts.map((text) => text.trim().split(' ').length)).toEqual(Array.from({ length: 24 }, (_, seed) => 10 + seed))
  expect(new Set(texts).size).toBe(24)
  expect(log).toHaveLength(24)
})

test('the log holds the true instants of every request, in order', async () => {
  const { port, log } = await serveForTest({
    keepTokenInstants: true,
    engine: quickEngine({ stepTime: { baseMs: 4 } }),
  })
  const body = { messages, max_tokens: 5, ignore_eos: true, stream: true }
  await sendRaw(port, { method: 'POST', path: chatPath, body, headers: { 'x-request-id': 'mine' } })
  const [entry] = log
  expect(entry).toMatchObject({
    id: 'chatcmpl-mine',
    promptTokens: 200,
    cachedTokens: 0,
    outputTokens: 5,
    finishReason: 'length',
    aborted: false,
  })
  const {
    receivedMs,
    queuedMs,
    scheduledMs,
    firstTokenMs,
    lastTokenMs,
    firstWriteMs,
    lastWriteMs,
    tokenMs = [],
    writeMs = [],
  } = entry!
  expect(receivedMs).toBeLessThanOrEqual(queuedMs)
  expect(scheduledMs).toBeGreaterThanOrEqual(queuedMs)
  // A token exists at the end of its step, one step after the other, whatever the timers did.
  expect(firstTokenMs).toBeCloseTo(scheduledMs! + 4, 6)
  expect(tokenMs.map((atMs) => atMs - firstTokenMs!)).toEqual([0, 4, 8, 12, 16].map((ms) => expect.closeTo(ms, 6)))
  expect(tokenMs.at(-1)).toBe(lastTokenMs)
  expect(firstWriteMs).toBeGreaterThanOrEqual(firstTokenMs!)
  expect(lastWriteMs).toBeGreaterThanOrEqual(lastTokenMs!)
  // Every token was written, in order, and none before it existed.
  expect(writeMs).toHaveLength(tokenMs.length)
  expect([writeMs[0], writeMs.at(-1)]).toEqual([firstWriteMs, lastWriteMs])
  expect(writeMs).toEqual(writeMs.toSorted((a, b) => a - b))
  expect(writeMs.filter((atMs, i) => atMs < tokenMs[i]!)).toEqual([])
})

test('an idle connection is kept, and closed when its time is over; the server does not announce it', async () => {
  const { port } = await serveForTest({ keepAliveMs: 150 })
  const socket = connect(port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  const received: string[] = []
  socket.on('data', (piece) => received.push(piece.toString('utf8')))
  socket.write('GET /health HTTP/1.1\r\nhost: test\r\n\r\n')
  await vi.waitFor(() => expect(received.join('')).toContain('\r\n\r\n'))
  socket.write('GET /ping HTTP/1.1\r\nhost: test\r\n\r\n')
  await once(socket, 'end')
  const replies = received.join('').split('HTTP/1.1 ').slice(1)
  expect(replies).toHaveLength(2)
  for (const reply of replies) expect(reply.toLowerCase()).not.toMatch(/connection:|keep-alive:/)
})

test('closing ends what is in flight, and logs it', async () => {
  const log: unknown[] = []
  const server = await startServer({
    engine: quickEngine({ stepTime: { baseMs: 5 } }),
    port: 0,
    requestLog: (entry) => log.push(entry),
  })
  const body = JSON.stringify({ messages, ignore_eos: true, stream: true })
  const reply = await fetch(`${server.url}${chatPath}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })
  await server.close()
  await expect(reply.text()).rejects.toThrow()
  expect(log).toMatchObject([{ aborted: true }])
})
