import { expect, test } from 'vitest'
import { eventsOf, sendRaw } from './raw-reply.fixture.ts'
import { serveForTest } from './serve.fixture.ts'

// The shapes that `captures.test.ts` compares with a real engine, written down by hand for where its captures are not.
const messages = [{ role: 'user', content: 'three small words' }]
const asked = { model: 'tiny', messages, max_tokens: 2, ignore_eos: true, temperature: 0 }
const head = { id: expect.stringMatching(/^chatcmpl-[\da-f]{16}$/), created: expect.any(Number), model: 'tiny' }
const word = expect.stringMatching(/^ [a-z]{4}$/)

test('a chat stream: role, one chunk a token, usage, done', async () => {
  const { port } = await serveForTest()
  const body = { ...asked, stream: true, stream_options: { include_usage: true } }
  const reply = await sendRaw(port, { method: 'POST', path: '/v1/chat/completions', body })
  expect(reply.headers).toMatchObject({
    'content-type': 'text/event-stream; charset=utf-8',
    'transfer-encoding': 'chunked',
    connection: 'close',
  })
  const chunk = { ...head, object: 'chat.completion.chunk' }
  const choice = { index: 0, logprobs: null, finish_reason: null }
  expect(eventsOf(reply.body)).toEqual([
    {
      ...chunk,
      choices: [{ ...choice, delta: { role: 'assistant', content: '' } }],
      prompt_token_ids: null,
      prompt_text: null,
    },
    { ...chunk, choices: [{ ...choice, delta: { content: word }, token_ids: null }] },
    {
      ...chunk,
      choices: [{ ...choice, delta: { content: word }, finish_reason: 'length', stop_reason: null, token_ids: null }],
    },
    {
      ...chunk,
      choices: [],
      usage: {
        prompt_tokens: 3,
        total_tokens: 5,
        completion_tokens: 2,
        prompt_tokens_details: { cached_tokens: 0, created_cache_tokens: 0 },
      },
      system_fingerprint: 'reprise-sim',
    },
    '[DONE]',
  ])
})

test('a chat stream without usage names its maker on the last chunk', async () => {
  const { port } = await serveForTest()
  const reply = await sendRaw(port, { method: 'POST', path: '/v1/chat/completions', body: { ...asked, stream: true } })
  const events = eventsOf(reply.body)
  expect(events).toHaveLength(4)
  expect(events[1]).not.toHaveProperty('system_fingerprint')
  expect(events[2]).toMatchObject({ choices: [{ finish_reason: 'length' }], system_fingerprint: 'reprise-sim' })
})

test('a whole chat reply', async () => {
  const { port } = await serveForTest()
  const reply = await sendRaw(port, { method: 'POST', path: '/v1/chat/completions', body: asked })
  expect(JSON.parse(reply.body)).toMatchObject({
    ...head,
    object: 'chat.completion',
    choices: [{ index: 0, message: { role: 'assistant', refusal: null }, finish_reason: 'length', stop_reason: null }],
    usage: { prompt_tokens: 3, total_tokens: 5, completion_tokens: 2, completion_tokens_details: null },
  })
  expect(JSON.parse(reply.body).choices[0].message.content).toMatch(/^ [a-z]{4} [a-z]{4}$/)
})

test('a completion stream with token ids: those of the prompt once, those of the reply on every chunk', async () => {
  const { port } = await serveForTest()
  const body = { prompt: [7, 8], max_tokens: 2, ignore_eos: true, stream: true, return_token_ids: true }
  const reply = await sendRaw(port, { method: 'POST', path: '/v1/completions', body })
  const choice = { index: 0, text: word, logprobs: null, stop_reason: null, token_ids: [expect.any(Number)] }
  expect(eventsOf(reply.body)).toMatchObject([
    { object: 'text_completion', choices: [{ ...choice, finish_reason: null, prompt_token_ids: [7, 8] }] },
    { object: 'text_completion', choices: [{ ...choice, finish_reason: 'length', prompt_token_ids: null }] },
    '[DONE]',
  ])
})

test('usage so far on every chunk, where asked for', async () => {
  const { port } = await serveForTest()
  const body = { ...asked, stream: true, stream_options: { include_usage: true, continuous_usage_stats: true } }
  const reply = await sendRaw(port, { method: 'POST', path: '/v1/chat/completions', body })
  const chunks = eventsOf(reply.body).slice(0, -1) as { usage: { completion_tokens: number } }[]
  expect(chunks.map(({ usage }) => usage.completion_tokens)).toEqual([0, 1, 2, 2])
})
