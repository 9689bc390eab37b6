import { describe, expect, test } from 'vitest'
import { ChatStream } from './chat-stream.ts'
import { parseFullReply } from './full-reply.ts'
import { NO_TEXT } from './reply-choice.ts'

const read = (...events: object[]) => {
  const stream = new ChatStream()
  const kinds = events.map((event) => stream.read(JSON.stringify(event)))
  return { stream, kinds }
}

const start = {
  type: 'message_start',
  message: {
    type: 'message',
    content: [],
    usage: { input_tokens: 9, cache_creation_input_tokens: 100, cache_read_input_tokens: 1_000, output_tokens: 1 },
  },
}

describe('a stream of /v1/messages', () => {
  test('from its start to its stop: thinking, text, a call, what is none of them, and usage', () => {
    const { stream, kinds } = read(
      start,
      { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } },
      { type: 'ping' },
      { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'hm' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 'EqQB' } },
      { type: 'content_block_stop', index: 0 },
      { type: 'content_block_start', index: 1, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'so' } },
      {
        type: 'content_block_start',
        index: 2,
        content_block: { type: 'tool_use', id: 'toolu_1', name: 'ls', input: {} },
      },
      { type: 'content_block_delta', index: 2, delta: { type: 'input_json_delta', partial_json: '{"a":1}' } },
      { type: 'message_delta', delta: { stop_reason: 'tool_use', stop_sequence: null }, usage: { output_tokens: 42 } },
      { type: 'message_stop' },
    )
    expect(kinds.filter(({ kind }) => kind !== 'bare')).toEqual([
      { kind: 'payload', text: { ...NO_TEXT, reasoning: 'hm' } },
      { kind: 'payload', text: { ...NO_TEXT, answer: 'so' } },
      {
        kind: 'payload',
        text: { ...NO_TEXT, tool: 'ls', calls: [{ choice: 0, index: 2, id: 'toolu_1', name: 'ls' }] },
      },
      { kind: 'payload', text: { ...NO_TEXT, tool: '{"a":1}' } },
      { kind: 'done' },
    ])
    expect(stream).toMatchObject({ done: true, finishReason: 'tool_calls' })
    expect(stream.usage).toEqual({ inputTokens: 1_109, cachedTokens: 1_000, outputTokens: 42 })
  })

  test('one that broke off: the prompt is counted, and the token that its start promises is not', () => {
    const { stream } = read(start, {
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'text_delta', text: 'so' },
    })
    expect(stream.usage).toEqual({ inputTokens: 1_109, cachedTokens: 1_000 })
    expect(stream).toMatchObject({ done: false, finishReason: undefined })
  })

  test('counts of a server that has no cache, and tells the input at the end again', () => {
    const { stream } = read(
      { type: 'message_start', message: { usage: { input_tokens: 7, output_tokens: 0 } } },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { input_tokens: 7, output_tokens: 3 } },
    )
    expect(stream.usage).toEqual({ inputTokens: 7, outputTokens: 3 })
    expect(stream.finishReason).toBe('stop')
  })

  test('an error ends it', () => {
    const { kinds } = read(start, { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } })
    expect(kinds.at(-1)).toMatchObject({ kind: 'error', error: { message: 'Overloaded', type: 'overloaded_error' } })
  })
})

test('a message in one piece', () => {
  const body = {
    type: 'message',
    role: 'assistant',
    content: [
      { type: 'thinking', thinking: 'hm', signature: 'EqQB' },
      { type: 'redacted_thinking', data: 'AAA' },
      { type: 'text', text: 'so' },
      { type: 'tool_use', id: 't', name: 'ls', input: { a: 1 } },
    ],
    stop_reason: 'max_tokens',
    usage: { input_tokens: 2, cache_read_input_tokens: 3, cache_creation_input_tokens: null, output_tokens: 4 },
  }
  expect(parseFullReply(JSON.stringify(body))).toEqual({
    kind: 'reply',
    text: {
      answer: 'so',
      reasoning: 'hmAAA',
      tool: 'ls{"a":1}',
      calls: [{ choice: 0, index: 3, id: 't', name: 'ls' }],
    },
    finishReason: 'length',
    usage: { inputTokens: 5, outputTokens: 4, cachedTokens: 3 },
  })
})
