import { describe, expect, test, vi } from 'vitest'
import { sendRaw } from './raw-reply.fixture.ts'
import { quickEngine, serveForTest, wordsOf } from './serve.fixture.ts'

const messages = [{ role: 'user', content: 'a few words' }]
const chatPath = '/v1/chat/completions'
const post = (port: number, path: string, body: unknown) => sendRaw(port, { method: 'POST', path, body })

describe('a request of any size is answered', { timeout: 30_000 }, () => {
  test('a conversation of 220,000 words, in its text and in its tool calls', async () => {
    const { port } = await serveForTest()
    const words = wordsOf(220_000)
    const said = await post(port, '/tokenize', { messages: [{ role: 'user', content: words }] })
    expect(JSON.parse(said.body)).toMatchObject({ count: 220_000 })
    const called = [{ role: 'assistant', tool_calls: [{ function: { arguments: words } }] }]
    const { status, body } = await post(port, '/tokenize', { messages: called })
    expect([status, JSON.parse(body).count]).toEqual([200, 220_000])
  })

  test('tool calls that are nested too deeply are refused, on each route', async () => {
    const { port } = await serveForTest()
    const deep = `${'{"a":'.repeat(200_000)}1${'}'.repeat(200_000)}`
    const body = `{"messages":[{"role":"assistant","tool_calls":[${deep}]}]}`
    for (const path of [chatPath, '/tokenize']) {
      const reply = await post(port, path, body)
      expect([reply.status, JSON.parse(reply.body).error.message]).toEqual([400, 'tool_calls are nested too deeply.'])
    }
  })

  test.each([
    ['brackets that nobody closes', '['.repeat(1_000_000), /Nested too deeply/],
    ['a long text that nobody closes', `{"model":"${'x'.repeat(20_000_000)}`, /Unterminated string/],
    ['a long text with a bad end', `{"model":"${'x'.repeat(20_000_000)}"`, /Expecting ',' delimiter/],
  ])('%s', async (_, body, message) => {
    const { port } = await serveForTest()
    const reply = await post(port, chatPath, body)
    expect(reply.status).toBe(400)
    expect(JSON.parse(reply.body).error.message).toMatch(message)
  })

  test('200,000 messages that are none: some of them are named', async () => {
    const { port } = await serveForTest()
    const reply = await post(port, chatPath, `{"messages":[${'0,'.repeat(199_999)}0]}`)
    expect(reply.status).toBe(400)
    expect(JSON.parse(reply.body).error.message).toMatch(/^200000 validation errors:\n/)
    expect(reply.body.length).toBeLessThan(100_000)
  })
})

describe('an error that nobody expected', () => {
  test('is a 500 for its request, is told with it, and the server lives', async () => {
    const onError = vi.fn()
    const { engine, ...broken } = brokenModel()
    const { port } = await serveForTest({ engine, onError })
    broken.breakNow()
    const reply = await post(port, chatPath, { messages })
    expect([reply.status, JSON.parse(reply.body).error.message]).toEqual([500, 'Internal server error'])
    expect(onError.mock.calls).toEqual([[expect.objectContaining({ message: 'broken' }), `POST ${chatPath}`]])
    broken.mend()
    expect((await post(port, chatPath, { messages, max_tokens: 2 })).status).toBe(200)
  })

  test('while tokens come costs that reply, and no other', async () => {
    const onError = vi.fn()
    let isBroken = true
    const requestLog = () => {
      if (isBroken) throw new Error('broken')
    }
    const { port } = await serveForTest({ requestLog, onError })
    await post(port, chatPath, { messages, max_tokens: 2 })
    expect(onError.mock.calls).toEqual([[expect.objectContaining({ message: 'broken' }), `POST ${chatPath}`]])
    isBroken = false
    const { status, body } = await post(port, chatPath, { messages, max_tokens: 2, ignore_eos: true })
    expect([status, JSON.parse(body).usage.completion_tokens]).toEqual([200, 2])
    expect(onError).toHaveBeenCalledTimes(1)
  })
})

/** An engine whose description cannot be read for a while. */
function brokenModel() {
  const engine = quickEngine()
  const { model } = engine
  let isBroken = false
  Object.defineProperty(engine, 'model', {
    get: () => {
      if (isBroken) throw new Error('broken')
      return model
    },
  })
  return {
    engine,
    breakNow: () => {
      isBroken = true
    },
    mend: () => {
      isBroken = false
    },
  }
}

describe('what the embedded model cannot do is refused, and not passed over', () => {
  const tool = { type: 'function', function: { name: 'read' } }
  test.each<[string, object]>([
    ['tool_choice', { tools: [tool], tool_choice: { type: 'function', function: { name: 'read' } } }],
    ['functions', { functions: [tool.function] }],
    ['response_format', { response_format: { type: 'json_object' } }],
    ['structured_outputs', { structured_outputs: { regex: 'a+' } }],
    ['guided_json', { guided_json: {} }],
    ['logit_bias', { logit_bias: { 5: -100 } }],
    ['bad_words', { bad_words: ['no'] }],
    ['allowed_token_ids', { allowed_token_ids: [1, 2] }],
    ['best_of', { best_of: 2 }],
    ['use_beam_search', { use_beam_search: true }],
    ['suffix', { suffix: 'end' }],
    ['truncate_prompt_tokens', { truncate_prompt_tokens: 2 }],
    ['prompt_embeds', { prompt_embeds: 'AAAA' }],
    ['documents', { documents: [{ text: 'a' }] }],
    ['chat_template', { chat_template: '{{ messages }}' }],
    ['continue_final_message', { continue_final_message: true }],
    ['include_stop_str_in_output', { include_stop_str_in_output: true }],
    ['repetition_detection', { repetition_detection: { max_pattern_size: 4 } }],
    ['logprob_token_ids', { logprob_token_ids: [5] }],
    ['return_tokens_as_token_ids', { return_tokens_as_token_ids: true }],
    ['return_token_offsets', { return_token_offsets: true }],
    ['return_prompt_text', { return_prompt_text: true }],
  ])('%s', async (field, body) => {
    const { port } = await serveForTest()
    for (const request of [
      { path: chatPath, body: { messages } },
      { path: '/v1/completions', body: { prompt: 'a' } },
    ]) {
      const reply = await post(port, request.path, { ...request.body, ...body })
      expect(reply.status).toBe(400)
      expect(JSON.parse(reply.body).error).toMatchObject({
        param: field,
        message: expect.stringMatching(new RegExp(`^${field}(=\\d+)? is not supported: `)),
      })
    }
  })

  test('parts of a message that are no text', async () => {
    const { port } = await serveForTest()
    const content = [
      { type: 'text', text: 'what is this' },
      { type: 'image_url', image_url: { url: 'data:,' } },
    ]
    for (const path of [chatPath, '/tokenize']) {
      const reply = await post(port, path, { messages: [{ role: 'user', content }] })
      expect([reply.status, JSON.parse(reply.body).error.message]).toEqual([
        400,
        'content of type image_url is not supported: the embedded model reads text.',
      ])
    }
  })

  test('parts of a message that are text under another name count as text', async () => {
    const { port } = await serveForTest()
    const content = [
      { type: 'text', text: 'one two' },
      { type: 'thinking', thinking: ' three' },
      { type: 'refusal', refusal: ' four' },
    ]
    const { body } = await post(port, '/tokenize', { messages: [{ role: 'assistant', content }] })
    expect(JSON.parse(body)).toMatchObject({ count: 4 })
  })

  test('the same fields, where they ask for nothing', async () => {
    const { port } = await serveForTest()
    const nothing = {
      model: '',
      tools: [],
      tool_choice: 'none',
      functions: null,
      response_format: { type: 'text' },
      logit_bias: {},
      bad_words: [],
      allowed_token_ids: null,
      prompt_logprobs: null,
      best_of: 1,
      use_beam_search: false,
      suffix: null,
      truncate_prompt_tokens: null,
      documents: [],
      include_stop_str_in_output: false,
      logprobs: false,
      n: 1,
    }
    expect((await post(port, chatPath, { messages, max_tokens: 1, ...nothing })).status).toBe(200)
    expect((await post(port, '/v1/completions', { prompt: 'a', max_tokens: 1, ...nothing })).status).toBe(200)
  })
})
