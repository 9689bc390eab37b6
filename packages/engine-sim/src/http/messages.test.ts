import { describe, expect, test } from 'vitest'
import { type RawRequest, sendRaw } from './raw-reply.fixture.ts'
import { serveForTest, wordsOf } from './serve.fixture.ts'

// Anthropic's protocol as vLLM 0.33.0 speaks it (`vllm/entrypoints/anthropic`); fields in the order of its models.

const ask = (fields: object, path = '/v1/messages'): RawRequest => ({
  method: 'POST',
  path,
  // At temperature 0 the text, and with it its length, follows from the prompt.
  body: { model: 'tiny', messages: [{ role: 'user', content: 'one two three' }], temperature: 0, ...fields },
})

async function serve() {
  const { port } = await serveForTest()
  const send = async (fields: object, path?: string) => {
    const { status, body } = await sendRaw(port, ask(fields, path))
    return { status, body }
  }
  return { port, send }
}

function eventsOf(body: string): { name: string; data: Record<string, unknown> }[] {
  return body
    .trimEnd()
    .split('\n\n')
    .map((event) => {
      const [name = '', data = ''] = event.split('\n')
      return { name: name.slice('event: '.length), data: JSON.parse(data.slice('data: '.length)) }
    })
}

describe('/v1/messages', () => {
  test('a stream: opened with the first token, a delta for each, the counts at the end', async () => {
    const { send } = await serve()
    const { status, body } = await send({ max_tokens: 3, stream: true, system: 'be brief' })
    expect(status).toBe(200)
    const events = eventsOf(body)
    expect(events.every(({ name, data }) => name === data.type)).toBe(true)
    expect(events.map(({ name }) => name)).toEqual([
      'message_start',
      'content_block_start',
      ...Array.from({ length: 3 }, () => 'content_block_delta'),
      'content_block_stop',
      'message_delta',
      'message_stop',
    ])
    const { id: _id, ...message } = events[0]!.data.message as Record<string, unknown>
    expect(message).toEqual({
      type: 'message',
      role: 'assistant',
      content: [],
      model: 'tiny',
      stop_reason: null,
      stop_sequence: null,
      usage: { input_tokens: 5, output_tokens: 0 },
    })
    expect(Object.keys(events[2]!.data)).toEqual(['type', 'delta', 'index'])
    expect(events.at(-2)!.data).toEqual({
      type: 'message_delta',
      delta: { stop_reason: 'max_tokens', stop_sequence: null },
      usage: { input_tokens: 5, output_tokens: 3, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 },
    })
  })

  test('a whole reply; what was cached is counted apart', async () => {
    const { send } = await serve()
    const messages = [{ role: 'user', content: wordsOf(150, 'say') }]
    const first = JSON.parse((await send({ max_tokens: 2, messages })).body)
    expect(first).toMatchObject({ type: 'message', role: 'assistant', model: 'tiny', stop_reason: 'max_tokens' })
    expect(first.content).toEqual([{ type: 'text', text: expect.stringMatching(/^ \w+ \w+$/) }])
    expect(first.usage).toEqual({
      input_tokens: 22,
      output_tokens: 2,
      cache_creation_input_tokens: 128,
      cache_read_input_tokens: 0,
    })
    const again = JSON.parse((await send({ max_tokens: 2, messages })).body)
    expect(again.usage).toMatchObject({ cache_creation_input_tokens: 0, cache_read_input_tokens: 128 })
  })

  test('a stop sequence is named, and does not stand in the text', async () => {
    const { send } = await serve()
    const { content } = JSON.parse((await send({ max_tokens: 4, temperature: 0 })).body)
    const second = content[0].text.trim().split(' ')[1]
    const cut = JSON.parse((await send({ max_tokens: 4, temperature: 0, stop_sequences: [second] })).body)
    expect(cut).toMatchObject({ stop_reason: 'stop_sequence', stop_sequence: second })
    expect(cut.content[0].text).not.toContain(second)
  })

  test.each([
    [{ max_tokens: 2, model: 'other' }, 404, 'not_found_error', 'The model `other` does not exist'],
    [{ max_tokens: 0 }, 400, 'invalid_request_error', 'max_tokens must be at least 1, got 0.'],
    [{ max_tokens: 2, top_p: 2 }, 400, 'invalid_request_error', 'top_p must be in (0, 1], got 2.0.'],
    [{ max_tokens: 2, tool_choice: { type: 'any' } }, 400, 'invalid_request_error', 'tool_choice is not supported'],
  ])('%o: %i, in the words of Anthropic', async (fields, status, type, message) => {
    const { send } = await serve()
    const reply = await send(fields)
    expect(reply.status).toBe(status)
    expect(JSON.parse(reply.body)).toEqual({
      type: 'error',
      error: { type, message: expect.stringContaining(message) },
    })
  })

  test('what is no request is refused as on every route', async () => {
    const { send } = await serve()
    const { status, body } = await send({})
    expect(status).toBe(400)
    expect(JSON.parse(body)).toMatchObject({ error: { type: 'Bad Request', param: 'body.max_tokens' } })
  })
})

describe('/v1/messages/count_tokens', () => {
  const count = async (fields: object) => {
    const { send } = await serve()
    return JSON.parse((await send(fields, '/v1/messages/count_tokens')).body).input_tokens
  }

  test('counts system prompt, tools, calls and results as the prompt of a message does', async () => {
    const { send } = await serve()
    const conversation = {
      system: [
        { type: 'text', text: 'x-anthropic-billing-header: cc_version=1; hash=ab12' },
        { type: 'text', text: 'you are an agent' },
      ],
      tools: [{ name: 'read', description: 'reads a file', input_schema: { type: 'object' } }],
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'look at it' }] },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'let me see', signature: 's' },
            { type: 'redacted_thinking', data: 'zzzz' },
            { type: 'tool_use', id: 't', name: 'read', input: { path: 'a b' } },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 't', content: [{ type: 'text', text: 'four words are here' }] },
            { type: 'text', text: 'and now' },
          ],
        },
      ],
    }
    const { body } = await send(conversation, '/v1/messages/count_tokens')
    const reply = JSON.parse(body)
    // 4 of the system prompt, 3 of the tool's JSON, 3 + (3 + 2 of the call's JSON) + 4 + 2 of the messages.
    expect(reply).toEqual({ input_tokens: 21, context_management: { original_input_tokens: 21 } })
    const { usage } = JSON.parse((await send({ ...conversation, max_tokens: 1 })).body)
    expect(usage.input_tokens + usage.cache_read_input_tokens + usage.cache_creation_input_tokens).toBe(21)
  })

  test('a system message between two others stays where it is', async () => {
    const messages = [
      { role: 'user', content: 'one' },
      { role: 'system', content: 'two three' },
      { role: 'user', content: 'four' },
    ]
    expect(await count({ messages })).toBe(4)
  })
})

test('tools that a chat request defines are part of its prompt, by all routes that count it', async () => {
  const { port } = await serveForTest()
  const tools = [{ type: 'function', function: { name: 'read', description: 'reads one file' } }]
  const messages = [{ role: 'user', content: 'hi there' }]
  const post = async (path: string, body: object) =>
    JSON.parse((await sendRaw(port, { method: 'POST', path, body: { model: 'tiny', messages, ...body } })).body)
  expect((await post('/tokenize', {})).count).toBe(2)
  expect((await post('/tokenize', { tools })).count).toBe(5)
  const { usage } = await post('/v1/chat/completions', { tools, tool_choice: 'auto', max_tokens: 1 })
  expect(usage.prompt_tokens).toBe(5)
  const forced = await post('/v1/chat/completions', { tools, tool_choice: 'required', max_tokens: 1 })
  expect(forced.error).toMatchObject({ param: 'tool_choice', code: 400 })
})
