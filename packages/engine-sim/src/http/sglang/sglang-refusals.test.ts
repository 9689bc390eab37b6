import { describe, expect, test } from 'vitest'
import { eventsOf, sendRaw } from '../raw-reply.fixture.ts'
import { quickSglang, serveSglangForTest } from './serve-sglang.fixture.ts'

// Refusals of SGLang 0.5.23: `SamplingParams.verify`, `_validate_one_request`, `validate_input_length` and the handlers of `http_server.py`.

const messages = [{ role: 'user', content: 'hi there' }]
const chatPath = '/v1/chat/completions'

async function answerTo(path: string, body: unknown, engine = quickSglang()) {
  const { port } = await serveSglangForTest({ engine })
  const reply = await sendRaw(port, { method: 'POST', path, body })
  return { status: reply.status, told: JSON.parse(reply.body) }
}

const refusal = (message: string, type = 'BadRequestError') => ({
  status: 400,
  told: { object: 'error', message, type, param: null, code: 400 },
})

describe('how tokens are chosen', () => {
  test.each([
    [{ temperature: -0.5 }, 'temperature must be a non-negative finite number, got -0.5.'],
    [{ top_p: 2 }, 'top_p must be in (0, 1], got 2.0.'],
    [{ min_p: 1.5 }, 'min_p must be in [0, 1], got 1.5.'],
    [{ top_k: 0 }, 'top_k must be -1 (disable) or at least 1, got 0.'],
    [{ frequency_penalty: -2.5 }, 'frequency_penalty must be in [-2, 2], got -2.5.'],
    [{ presence_penalty: 3 }, 'presence_penalty must be in [-2, 2], got 3.0.'],
    [{ repetition_penalty: 2.5 }, 'repetition_penalty must be in (0, 2] (1.0 = no penalty), got 2.5.'],
    [{ min_tokens: -1 }, 'min_new_tokens must be in [0, max_new_tokens], got -1.'],
    [{ min_tokens: 3 }, 'min_new_tokens must be in [0, max_new_tokens(2)], got 3.'],
    [{ stop: Array.from({ length: 33 }, () => 'a') }, 'at most 32 stop strings are allowed, got 33'],
  ])('%o is refused in the words of SGLang', async (fields, message) => {
    expect(await answerTo(chatPath, { messages, max_tokens: 2, ...fields })).toEqual(refusal(message))
  })

  test('what lies on the edge of each range is taken, and any temperature above, and any top_k at none', async () => {
    const edges = { top_p: 1, temperature: 9, top_k: -1, min_p: 1, presence_penalty: -2, repetition_penalty: 2 }
    expect(await answerTo(chatPath, { messages, max_tokens: 2, ...edges })).toMatchObject({ status: 200 })
    const greedy = { temperature: 0, top_k: 0 }
    expect(await answerTo(chatPath, { messages, max_tokens: 2, ...greedy })).toMatchObject({ status: 200 })
  })
})

describe('lengths', () => {
  const words = (count: number) => [{ role: 'user', content: Array.from({ length: count }, () => 'a').join(' ') }]
  const engine = quickSglang({ maxModelLen: 100 })

  test('a prompt that fills the context', async () => {
    expect(await answerTo(chatPath, { messages: words(100) }, engine)).toEqual(
      refusal("The input (100 tokens) is longer than the model's context length (100 tokens)."),
    )
  })

  test('prompt and reply together', async () => {
    const message =
      "Requested token count exceeds the model's maximum context length of 100 tokens. You requested a total of 101 tokens: 40 tokens " +
      'from the input messages and 61 tokens for the completion. Please reduce the number of tokens in the input messages or the ' +
      'completion to fit within the limit.'
    expect(await answerTo(chatPath, { messages: words(40), max_tokens: 61 }, engine)).toEqual(refusal(message))
  })

  test('a prompt for which the scheduler has no room: six tokens less than the context', async () => {
    const message =
      'Input length (94 tokens) exceeds the maximum allowed length (94 tokens). Use a shorter input or enable --allow-auto-truncate.'
    expect(await answerTo(chatPath, { messages: words(94) }, engine)).toEqual(refusal(message))
    expect(await answerTo(chatPath, { messages: words(93) }, engine)).toMatchObject({ status: 200 })
  })

  test('a reply that would fill the context ends two tokens before', async () => {
    const body = { messages: words(40), max_tokens: 60, ignore_eos: true }
    const { told } = await answerTo(chatPath, body, engine)
    expect(told.usage).toMatchObject({ completion_tokens: 58 })
    expect(told.choices[0]).toMatchObject({ finish_reason: 'length' })
  })

  test('a limit of 0 is none on chat where the other field has one, and wrong on completions', async () => {
    const body = { messages, max_completion_tokens: 0, max_tokens: 3, ignore_eos: true }
    expect((await answerTo(chatPath, body)).told.usage).toMatchObject({ completion_tokens: 3 })
    const { status, told } = await answerTo('/v1/completions', { prompt: 'a', max_tokens: 0 })
    expect([status, told.type, told.message]).toEqual([
      400,
      'Bad Request',
      expect.stringContaining('max_tokens must be positive'),
    ])
  })
})

describe('bodies', () => {
  test('nothing to answer', async () => {
    expect(await answerTo(chatPath, { messages: [] })).toEqual(refusal('Messages cannot be empty.'))
    expect(await answerTo('/v1/completions', { prompt: '' })).toEqual(refusal('Prompt cannot be empty'))
  })

  test('a problem is told twice: in the words of the message, and as a list', async () => {
    const problem = "{'type': 'missing', 'loc': 'body.messages', 'msg': 'Field required', 'input': '<dict of 1 items>'}"
    expect(await answerTo(chatPath, { max_tokens: 1 })).toEqual(
      refusal(`1 validation error:\n  ${problem} [${problem}]`, 'Bad Request'),
    )
  })

  test('no JSON, and another type of content', async () => {
    expect(await answerTo(chatPath, '{bad')).toMatchObject({
      status: 400,
      told: { object: 'error', type: 'Bad Request' },
    })
    const { port } = await serveSglangForTest()
    const init = { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{}' }
    const reply = await fetch(`http://127.0.0.1:${port}${chatPath}`, init)
    const problem = `{'loc': ['header', 'content-type'], 'msg': "Unsupported Media Type: Only 'application/json' is allowed", 'type': 'value_error'}`
    expect({ status: reply.status, told: await reply.json() }).toEqual(
      refusal(`1 validation error:\n  ${problem} [${problem}]`, 'Bad Request'),
    )
  })

  test('any model is served, and the reply names it', async () => {
    const { status, told } = await answerTo(chatPath, { model: 'nobody/knows', messages, max_tokens: 1 })
    expect([status, told.model]).toEqual([200, 'nobody/knows'])
    expect((await answerTo(chatPath, { messages, max_tokens: 1 })).told.model).toBe('default')
  })

  test.each([
    ['n', { n: 2 }],
    ['logprobs', { logprobs: true }],
    ['regex', { regex: 'a+' }],
    ['no_stop_trim', { no_stop_trim: true }],
    ['lora_path', { lora_path: 'a' }],
  ])('what the embedded model cannot do is refused with its name: %s', async (name, fields) => {
    const { status, told } = await answerTo(chatPath, { messages, ...fields })
    expect([status, told.message]).toEqual([400, expect.stringMatching(new RegExp(`^${name}.* is not supported`))])
  })
})

describe('generate', () => {
  const missing = 'Either text, input_ids or input_embeds should be provided.'

  test('has a form of its own', async () => {
    expect(await answerTo('/generate', { sampling_params: {} })).toEqual({
      status: 400,
      told: { error: { message: missing } },
    })
    const body = { text: 'a', sampling_params: { top_p: 0 } }
    expect((await answerTo('/generate', body)).told).toEqual({
      error: { message: 'top_p must be in (0, 1], got 0.0.' },
    })
  })

  test('a stream is refused in the stream', async () => {
    const { port } = await serveSglangForTest()
    const reply = await sendRaw(port, { method: 'POST', path: '/generate', body: { stream: true } })
    expect(reply.status).toBe(200)
    expect(eventsOf(reply.body)).toEqual([
      { error: { message: missing, type: 'invalid_request_error', code: 400, retryable: false } },
      '[DONE]',
    ])
  })

  test('a name that is in use', async () => {
    const { port } = await serveSglangForTest({ engine: quickSglang({}, 20) })
    const body = { text: 'a', rid: 'mine', stream: true, sampling_params: { max_new_tokens: 1000, ignore_eos: true } }
    const leaving = new AbortController()
    const headers = { 'content-type': 'application/json' }
    const url = `http://127.0.0.1:${port}/generate`
    await fetch(url, { method: 'POST', headers, body: JSON.stringify(body), signal: leaving.signal })
    const second = await sendRaw(port, { method: 'POST', path: '/generate', body: { ...body, stream: false } })
    expect(JSON.parse(second.body)).toEqual({ error: { message: 'Duplicate request ID detected: mine' } })
    leaving.abort()
  })
})
