import { describe, expect, test, vi } from 'vitest'
import { eventsOf, sendRaw } from '../raw-reply.fixture.ts'
import { quickEngine, serveForTest } from '../serve.fixture.ts'
import { quickSglang, serveSglangForTest } from './serve-sglang.fixture.ts'

async function get(port: number, path: string) {
  const { status, body, headers } = await sendRaw(port, { method: 'GET', path })
  const isJson = headers['content-type'] === 'application/json'
  return { status, told: isJson ? JSON.parse(body) : body }
}

const endless = { text: 'a b c', stream: true, sampling_params: { max_new_tokens: 100_000, ignore_eos: true } }

/** A stream that has begun. */
async function begun(port: number, rid: string) {
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...endless, rid }),
  }
  const reply = await fetch(`http://127.0.0.1:${port}/generate`, init)
  const reader = reply.body!.getReader()
  let text = Buffer.from((await reader.read()).value!).toString()
  return {
    rest: async () => {
      for (let piece = await reader.read(); !piece.done; piece = await reader.read())
        text += Buffer.from(piece.value).toString()
      return eventsOf(text)
    },
  }
}

test('the manner is that of the engine, unless another is asked for', async () => {
  const vllm = await serveForTest()
  const sglang = await serveSglangForTest()
  const asked = [
    await serveForTest({ engine: quickEngine(), manner: 'sglang' }),
    await serveForTest({ engine: quickSglang(), manner: 'vllm' }),
  ]
  expect([vllm, sglang, ...asked].map(({ manner }) => manner.split(' ')[0])).toEqual([
    'vLLM',
    'SGLang',
    'SGLang',
    'vLLM',
  ])
  const has = async (port: number, path: string) => (await get(port, path)).status === 200
  for (const { port } of [sglang, asked[0]!]) {
    expect([await has(port, '/model_info'), await has(port, '/version')]).toEqual([true, false])
  }
  for (const { port } of [vllm, asked[1]!]) {
    expect([await has(port, '/model_info'), await has(port, '/version')]).toEqual([false, true])
  }
})

test('tells of itself under both of its names, and that it is a model', async () => {
  const engine = quickSglang({ chunkedPrefillSize: 0, maxRunningRequests: 7, enableOverlap: false })
  const { port } = await serveSglangForTest({ engine, streamInterval: 3 })
  expect((await get(port, '/v1/models')).told.data).toMatchObject([
    { id: 'tiny', max_model_len: 131_072, root: 'tiny' },
  ])
  for (const path of ['/model_info', '/get_model_info']) {
    expect((await get(port, path)).told).toMatchObject({ model_path: 'tiny', is_generation: true })
  }
  const known = { page_size: 64, chunked_prefill_size: -1, max_running_requests: 7, schedule_policy: 'fcfs' }
  for (const path of ['/server_info', '/get_server_info']) {
    expect((await get(port, path)).told).toMatchObject({
      ...known,
      ...{ disable_overlap_schedule: true, stream_interval: 3, max_total_num_tokens: 262_144 },
      ...{ version: '0.5.23+reprise.sim', reprise_engine: engine },
      internal_states: [
        { ...known, effective_max_running_requests_per_dp: 7, memory_usage: { token_capacity: 262_144 } },
      ],
    })
  }
})

test('is healthy when its engine makes a token, and when it is busy', async () => {
  const { port } = await serveSglangForTest({ engine: quickSglang({}, 5) })
  expect(await get(port, '/health')).toEqual({ status: 200, told: '' })
  expect((await get(port, '/health_generate')).status).toBe(200)
  const realtime = /realtime_tokens_total{.*mode="prefill_compute".*} (\S+)/
  const computed = async () => realtime.exec((await get(port, '/metrics')).told)?.[1]
  expect(await computed()).toBe('2.0')
  const stream = await begun(port, 'long')
  const before = await computed()
  expect((await get(port, '/health')).status).toBe(200)
  expect(await computed()).toBe(before)
  await sendRaw(port, { method: 'POST', path: '/abort_request', body: { rid: 'long' } })
  await stream.rest()
})

describe('a cache is flushed', () => {
  test('by both methods, and then nothing is found', async () => {
    const { port } = await serveSglangForTest()
    const input_ids = Array.from({ length: 130 }, (_, index) => index)
    const cached = async () => {
      const body = { input_ids, sampling_params: { max_new_tokens: 1 } }
      return JSON.parse((await sendRaw(port, { method: 'POST', path: '/generate', body })).body).meta_info.cached_tokens
    }
    expect([await cached(), await cached()]).toEqual([0, 128])
    expect((await sendRaw(port, { method: 'POST', path: '/flush_cache' })).status).toBe(200)
    expect(await cached()).toBe(0)
    expect((await get(port, '/flush_cache')).status).toBe(200)
    expect(await cached()).toBe(0)
  })

  test('not while something runs, unless that ends within the time it may wait', async () => {
    const { port } = await serveSglangForTest({ engine: quickSglang({}, 5) })
    const stream = await begun(port, 'long')
    expect(await get(port, '/flush_cache')).toEqual({ status: 400, told: 'Flush cache failed.\n' })
    const waiting = get(port, '/flush_cache?timeout=60')
    await sendRaw(port, { method: 'POST', path: '/abort_request', body: { rid: 'long' } })
    await stream.rest()
    expect((await waiting).status).toBe(200)
    expect((await get(port, '/flush_cache?timeout=-1')).status).toBe(400)
  })
})

test('a request is stopped by its name, or all are; its reply ends with what there was', async () => {
  const { port, log } = await serveSglangForTest({ engine: quickSglang({}, 5) })
  const [one, other, third] = [await begun(port, 'one'), await begun(port, 'other'), await begun(port, 'third')]
  const abort = (body: object) => sendRaw(port, { method: 'POST', path: '/abort_request', body })
  const endOf = async (stream: typeof one) => (await stream.rest()).slice(-2)
  expect((await abort({ rid: 'nobody' })).status).toBe(200)
  expect((await abort({ rid: '' })).status).toBe(200)
  await abort({ rid: 'one' })
  const [last, done] = (await endOf(one)) as [{ output_ids: number[]; meta_info: object }, string]
  expect(last.meta_info).toMatchObject({
    id: 'one',
    finish_reason: { type: 'abort' },
    completion_tokens: last.output_ids.length,
  })
  expect(done).toBe('[DONE]')
  await vi.waitFor(async () =>
    expect((await get(port, '/v1/loads')).told.loads).toMatchObject([{ num_running_reqs: 2 }]),
  )
  await abort({ abort_all: true })
  for (const stream of [other, third]) {
    expect(((await endOf(stream))[0] as typeof last).meta_info).toMatchObject({ finish_reason: { type: 'abort' } })
  }
  expect(log.map(({ id, aborted }) => [id, aborted])).toEqual([
    ['one', true],
    ['other', true],
    ['third', true],
  ])
})

test('text, texts and messages have tokens, and tokens text', async () => {
  const { port } = await serveSglangForTest({
    templateTokens: { baseTokens: 1, perMessageTokens: 2, openingTokens: 2 },
  })
  const ask = async (path: string, body: object) => {
    const reply = await sendRaw(port, { method: 'POST', path, body })
    return { status: reply.status, ...JSON.parse(reply.body) }
  }
  const max_model_len = 131_072
  for (const path of ['/tokenize', '/v1/tokenize']) {
    expect(await ask(path, { prompt: 'baba dada' })).toEqual({ status: 200, tokens: [0, 405], count: 2, max_model_len })
  }
  expect(await ask('/tokenize', { prompt: ['baba dada', 'baba'] })).toMatchObject({
    tokens: [[0, 405], [0]],
    count: [2, 1],
  })
  const messages = [{ role: 'user', content: 'baba' }]
  expect(await ask('/tokenize', { messages })).toMatchObject({ count: 6 })
  expect(await ask('/tokenize', { messages, add_generation_prompt: false })).toMatchObject({ count: 4 })
  expect(await ask('/tokenize', { messages, prompt: 'a' })).toMatchObject({ status: 400 })
  expect(await ask('/detokenize', { tokens: [0, 405] })).toEqual({ status: 200, text: ' baba dada' })
  expect(await ask('/v1/detokenize', { tokens: [[0], []] })).toEqual({ status: 200, text: [' baba', ''] })
  expect(await ask('/detokenize', { tokens: [999_999_999] })).toMatchObject({ status: 400, type: 'DecodeError' })
})

test('a request that fails on purpose does so in the form of SGLang', async () => {
  const { port } = await serveSglangForTest({ failures: { kind: 'error', share: 1, seed: 0 } })
  const body = { messages: [{ role: 'user', content: 'a' }] }
  const { status, body: told } = await sendRaw(port, { method: 'POST', path: '/v1/chat/completions', body })
  expect([status, JSON.parse(told)]).toMatchObject([500, { object: 'error', type: 'InternalServerError', code: 500 }])
})

test('the head of an OpenAI stream waits for its first token, that of /generate does not', async () => {
  const headAndTokens = async (path: string, body: object, baseMs: number) => {
    const { url, port } = await serveSglangForTest({ engine: quickSglang({}, baseMs) })
    const leaving = new AbortController()
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
    await fetch(`${url}${path}`, { ...init, signal: leaving.signal })
    const page = (await get(port, '/metrics')).told as string
    leaving.abort()
    return Number(/time_to_first_token_seconds_count{[^}]*is_streaming="true"[^}]*} (\S+)/.exec(page)![1])
  }
  const chat = { messages: [{ role: 'user', content: 'a' }], stream: true, ignore_eos: true }
  expect(await headAndTokens('/v1/chat/completions', chat, 200)).toBe(1)
  expect(await headAndTokens('/v1/completions', { prompt: 'a', stream: true }, 200)).toBe(1)
  expect(await headAndTokens('/generate', endless, 10_000)).toBe(0)
})

test('a chat that is stopped ends with that reason, and with its usage', async () => {
  const { url, port } = await serveSglangForTest({ engine: quickSglang({}, 5) })
  const messages = [{ role: 'user', content: 'a b c' }]
  const body = { messages, rid: 'mine', stream: true, ignore_eos: true, stream_options: { include_usage: true } }
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const reply = await fetch(`${url}/v1/chat/completions`, init)
  await sendRaw(port, { method: 'POST', path: '/abort_request', body: { rid: 'mine' } })
  const events = eventsOf(await reply.text()) as { choices: { finish_reason: string | null }[]; usage?: object }[]
  expect(events.at(-3)!.choices).toMatchObject([{ finish_reason: 'abort', matched_stop: null }])
  expect(events.at(-2)).toMatchObject({ choices: [], usage: { prompt_tokens: 3 } })
  expect(events.at(-1)).toBe('[DONE]')
})
