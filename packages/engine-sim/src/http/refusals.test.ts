import { expect, test } from 'vitest'
import { type RawRequest, sendRaw } from './raw-reply.fixture.ts'
import { serveForTest } from './serve.fixture.ts'

// Refusals of vLLM 0.33.0 (`SamplingParams._verify_args`, its validation of bodies), one of each kind.

const user = [{ role: 'user', content: 'hi there' }]
const chat = (fields: object): RawRequest => ({
  method: 'POST',
  path: '/v1/chat/completions',
  body: { model: 'tiny', messages: user, max_tokens: 2, ...fields },
})

test.each([
  [{ top_p: 2 }, 'top_p must be in (0, 1], got 2.0. (parameter=top_p, value=2.0)', 'top_p'],
  [{ top_p: 0 }, 'top_p must be in (0, 1], got 0.0. (parameter=top_p, value=0.0)', 'top_p'],
  [{ temperature: 3 }, 'temperature must be in [0, 2], got 3.0. (parameter=temperature, value=3.0)', 'temperature'],
  [
    { temperature: -0.5 },
    'temperature must be non-negative, got -0.5. (parameter=temperature, value=-0.5)',
    'temperature',
  ],
  [{ top_k: -2 }, 'top_k must be 0 (disable), or at least 1, got -2.', null],
  [{ min_p: 1.5 }, 'min_p must be in [0, 1], got 1.5.', null],
  [{ presence_penalty: 3 }, 'presence_penalty must be in [-2, 2], got 3.0.', null],
  [{ frequency_penalty: -2.5 }, 'frequency_penalty must be in [-2, 2], got -2.5.', null],
  [{ repetition_penalty: 0 }, 'repetition_penalty must be greater than zero, got 0.0.', null],
  [{ stop: ['a', ''] }, 'stop cannot contain an empty string.', null],
])('%o is refused in the words of vLLM', async (fields, message, param) => {
  const { port } = await serveForTest()
  const { status, body } = await sendRaw(port, chat(fields))
  expect(status).toBe(400)
  expect(JSON.parse(body)).toEqual({ error: { message, type: 'BadRequestError', param, code: 400 } })
})

test('what lies on the edge of each range is taken', async () => {
  const { port } = await serveForTest()
  const edges = { top_p: 1, temperature: 2, top_k: -1, min_p: 1, presence_penalty: -2, frequency_penalty: 2 }
  expect((await sendRaw(port, chat(edges))).status).toBe(200)
})

test('options of a stream go with a stream; none are no options', async () => {
  const { port } = await serveForTest()
  const refused = await sendRaw(port, chat({ stream_options: { include_usage: true } }))
  expect(refused.status).toBe(400)
  expect(JSON.parse(refused.body)).toMatchObject({
    error: {
      message: expect.stringContaining('Stream options can only be defined when `stream=True`.'),
      type: 'Bad Request',
      param: 'stream_options',
    },
  })
  expect((await sendRaw(port, chat({ stream_options: null }))).status).toBe(200)
  expect((await sendRaw(port, chat({ stream_options: { include_usage: true }, stream: true }))).status).toBe(200)
})

test.each([
  ['text/plain', 400],
  ['application/x-www-form-urlencoded', 400],
  ['application/json; charset=utf-8', 200],
  ['Application/JSON', 200],
])('a body that says that it is %s: %i', async (type, status) => {
  const { url } = await serveForTest()
  for (const path of ['/tokenize', '/v1/completions']) {
    const reply = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': type },
      body: JSON.stringify({ prompt: 'one two', max_tokens: 1 }),
    })
    expect([path, reply.status]).toEqual([path, status])
    const text = await reply.text()
    if (status === 400) expect(text).toContain("Unsupported Media Type: Only 'application/json' is allowed")
  }
})

test.each(['/tokenize', '/detokenize'])('%s knows the model that is served, and no other', async (path) => {
  const { port } = await serveForTest()
  const ask = (model?: string) => sendRaw(port, { method: 'POST', path, body: { model, prompt: 'a', tokens: [1] } })
  expect((await ask()).status).toBe(200)
  expect((await ask('tiny')).status).toBe(200)
  const other = await ask('other')
  expect(other.status).toBe(404)
  expect(JSON.parse(other.body)).toMatchObject({
    error: { message: 'The model `other` does not exist. Valid aliases: tiny.', type: 'NotFoundError', param: 'model' },
  })
})
