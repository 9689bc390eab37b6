import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { eventsOf, parseRawReply, type RawReply, type RawRequest, sendRaw, shapeOf } from './raw-reply.fixture.ts'
import { quickEngine, serveForTest, wordsOf } from './serve.fixture.ts'

// Replies of a real vLLM 0.32.0. What must be equal: status, headers that a client acts on, fields, their order, their kinds,
// the order of chunks; for errors, every byte.
const folder = new URL('../../../../../shared/data/vllm/captures/', import.meta.url)
const isAbsent = !existsSync(folder)
if (isAbsent)
  console.warn('SKIPPED: ../shared/data/vllm/captures is absent; reply-shapes.test.ts checks hand-written shapes only')

const user = [{ role: 'user', content: wordsOf(9) }]
const chat = (body: object): RawRequest => ({
  method: 'POST',
  path: '/v1/chat/completions',
  body: { model: 'tiny', ...body },
})
const completion = (body: object): RawRequest => ({
  method: 'POST',
  path: '/v1/completions',
  body: { model: 'tiny', ...body },
})
const usage = { include_usage: true }

const ofEqualShape: Record<string, RawRequest> = {
  'chat-nonstream': chat({ messages: user, max_tokens: 4, ignore_eos: true }),
  'priority-fcfs': chat({ messages: user, max_tokens: 2, ignore_eos: true, priority: 5 }),
  'unknown-field': chat({ messages: user, max_tokens: 2, ignore_eos: true, no_such_field: 1 }),
  'sse-chat-usage': chat({ messages: user, max_tokens: 4, ignore_eos: true, stream: true, stream_options: usage }),
  'sse-chat-nousage': chat({ messages: user, max_tokens: 2, ignore_eos: true, stream: true }),
  'sse-chat-continuous-usage': {
    ...chat({
      messages: user,
      max_tokens: 3,
      ignore_eos: true,
      stream: true,
      stream_options: { ...usage, continuous_usage_stats: true },
    }),
    headers: { 'X-Request-Id': 'my-req-1' },
  },
  'sse-completions': completion({
    prompt: [300, 301, 302],
    max_tokens: 2,
    ignore_eos: true,
    stream: true,
    stream_options: usage,
  }),
  'sse-completions-tokenids': completion({
    prompt: [300, 301, 302],
    max_tokens: 3,
    ignore_eos: true,
    stream: true,
    stream_options: usage,
    return_token_ids: true,
  }),
  'tokenize-chat': { method: 'POST', path: '/tokenize', body: { model: 'tiny', messages: user } },
  models: { method: 'GET', path: '/v1/models' },
  version: { method: 'GET', path: '/version' },
}

const ofEqualBytes: Record<string, RawRequest> = {
  'err-404': { method: 'GET', path: '/nothing-here' },
  'err-405': { method: 'GET', path: '/v1/chat/completions' },
  'err-badjson': { method: 'POST', path: '/v1/chat/completions', body: '{"model": "tiny", oops' },
  'err-ctx-chat': chat({ messages: [{ role: 'user', content: wordsOf(140_000) }] }),
  'err-ctx-completions': completion({ prompt: wordsOf(131_077), max_tokens: 2, stream: true }),
  'err-max_tokens0': chat({ messages: user, max_tokens: 0 }),
  'err-maxtokens-chat': chat({ messages: user, max_tokens: 200_000 }),
  'err-min_tokens': chat({ messages: user, max_tokens: 2, min_tokens: 5 }),
  'err-model': { method: 'POST', path: '/v1/chat/completions', body: { model: 'nope', messages: user } },
  'err-nomessages': chat({}),
  'err-temp': chat({ messages: user, max_tokens: 2, temperature: -1 }),
  detokenize: { method: 'POST', path: '/detokenize', body: { model: 'tiny', tokens: [0, 1] } },
  health: { method: 'GET', path: '/health' },
  load: { method: 'GET', path: '/load' },
  ping: { method: 'GET', path: '/ping' },
  reset_prefix_cache: { method: 'POST', path: '/reset_prefix_cache' },
}

describe.skipIf(isAbsent)('replies have the shape of a real vLLM', () => {
  test.each(Object.entries(ofEqualShape))('%s', async (name, request) => {
    const { port } = await serveForTest()
    const real = readCapture(name)
    const ours = await sendRaw(port, request)
    expect(frameOf(ours)).toEqual(frameOf(real))
    expect(payloadsOf(ours).map(shapeOf)).toEqual(payloadsOf(real).map(shapeOf))
  })

  test.each(Object.entries(ofEqualBytes))('%s, byte for byte', async (name, request) => {
    const { port } = await serveForTest()
    const real = readCapture(name)
    const ours = await sendRaw(port, request)
    expect(frameOf(ours)).toEqual(frameOf(real))
    expect(ours.headers['content-length']).toBe(real.headers['content-length'])
    expect(ours.body).toBe(real.body)
  })

  test('the usage of a prompt sent twice, and under a salt of its own, counts as it does there', async () => {
    const { port } = await serveForTest()
    const request = (salt?: string) =>
      chat({
        messages: [{ role: 'user', content: wordsOf(220) }],
        max_tokens: 4,
        ignore_eos: true,
        stream: true,
        stream_options: usage,
        ...(salt && { cache_salt: salt }),
      })
    await sendRaw(port, request())
    const again = await sendRaw(port, request())
    const salted = await sendRaw(port, request('mine'))
    expect(usageOf(eventsOf(again.body))).toEqual(usageOf(tailOf('sse-chat-cached')))
    expect(usageOf(eventsOf(salted.body))).toEqual(usageOf(tailOf('sse-chat-cache-salt')))
  })
})

test.skipIf(isAbsent)('every metric has the name, kind, labels and buckets that it has there', async () => {
  const { port } = await serveForTest({ engine: quickEngine({ scheduler: { maxModelLen: 16384 } }) })
  // The page of the real one was read when it had answered these.
  await sendRaw(port, completion({ prompt: [1], max_tokens: 1 }))
  await sendRaw(port, { method: 'POST', path: '/reset_prefix_cache' })
  const ours = metricLinesOf((await sendRaw(port, { method: 'GET', path: '/metrics' })).body)
  const real = metricLinesOf(readFileSync(new URL('metrics.txt', folder), 'utf8'))
  expect(ours.length).toBeGreaterThan(200)
  const known = new Set(real)
  expect(ours.filter((line) => !known.has(line))).toEqual([])
  const told = new Set(ours)
  // Of what there is nothing to measure for: another language's collector, and the work of a GPU.
  const lacking = /^(# TYPE )?(python_|vllm:estimated_)/
  const onLinux = process.platform === 'linux' ? lacking : /^(# TYPE )?(python_|vllm:estimated_|process_)/
  expect(real.filter((line) => !told.has(line) && !onLinux.test(line))).toEqual([])
})

/** TYPE lines and samples without their values; of the configuration, whose values differ by what an engine has, the names of its labels. */
function metricLinesOf(page: string): string[] {
  const lines = page.split('\n').filter((line) => line.length > 0 && !line.startsWith('# HELP'))
  return lines
    .map((line) => (line.startsWith('#') ? line : line.replace(/ \S+$/, '')))
    .map((line) => (line.includes('cache_config_info{') ? line.replace(/="[^"]*"/g, '') : line))
}

function readCapture(name: string): RawReply {
  return parseRawReply(readFileSync(new URL(`${name}.http`, folder), 'utf8'))
}

/** The whole events of a capture that holds only a stream's last bytes. */
function tailOf(name: string): unknown[] {
  const text = readFileSync(new URL(`${name}.http`, folder), 'utf8')
  return eventsOf(text.slice(text.indexOf('data: ')).replace(/\r\n[\da-f]+\r\n/g, ''))
}

function payloadsOf({ headers, body }: RawReply): unknown[] {
  return headers['content-type']?.startsWith('text/event-stream') ? eventsOf(body) : [JSON.parse(body)]
}

function frameOf({ status, headers }: RawReply) {
  const { connection, allow } = headers
  return { status, type: headers['content-type'], encoding: headers['transfer-encoding'], connection, allow }
}

function usageOf(events: readonly unknown[]): unknown {
  return (events.at(-2) as { usage: unknown }).usage
}
