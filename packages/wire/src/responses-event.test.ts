import { describe, expect, test } from 'vitest'
import { ChatStream } from './chat-stream.ts'
import { parseFullReply } from './full-reply.ts'

const usage = {
  input_tokens: 9,
  input_tokens_details: { cached_tokens: 4 },
  output_tokens: 3,
  output_tokens_details: { reasoning_tokens: 1 },
  total_tokens: 12,
}
const counted = { inputTokens: 9, outputTokens: 3, cachedTokens: 4 }

const read = (...events: object[]) => {
  const stream = new ChatStream()
  const kinds = events.map((event) => stream.read(JSON.stringify(event)))
  return { stream, kinds }
}

describe('a stream of /v1/responses', () => {
  test('from its creation to its end: what is text, what is not, and the usage of the last event', () => {
    const { stream, kinds } = read(
      { type: 'response.created', sequence_number: 0, response: { id: 'r', status: 'in_progress', usage: null } },
      { type: 'response.in_progress', sequence_number: 1, response: { id: 'r', status: 'in_progress' } },
      { type: 'response.output_item.added', output_index: 0, item: { type: 'reasoning', summary: [] } },
      { type: 'response.reasoning_text.delta', delta: 'hm' },
      { type: 'response.reasoning_summary_text.delta', delta: 'so' },
      {
        type: 'response.output_item.added',
        output_index: 1,
        item: { type: 'message', role: 'assistant', content: [] },
      },
      { type: 'response.content_part.added', part: { type: 'output_text', text: '' } },
      { type: 'response.output_text.delta', delta: ' word', logprobs: [] },
      { type: 'response.output_text.delta', delta: '' },
      { type: 'response.refusal.delta', delta: 'no' },
      { type: 'response.output_text.done', text: ' word' },
      { type: 'response.output_item.added', item: { type: 'function_call', name: 'find', arguments: '' } },
      { type: 'response.function_call_arguments.delta', delta: '{}' },
      { type: 'response.custom_tool_call_input.delta', delta: 'ls' },
      { type: 'response.completed', response: { status: 'completed', usage } },
    )
    const none = { answer: '', reasoning: '', tool: '' }
    expect(kinds.filter(({ kind }) => kind !== 'bare')).toEqual([
      { kind: 'payload', text: { ...none, reasoning: 'hm' } },
      { kind: 'payload', text: { ...none, reasoning: 'so' } },
      { kind: 'payload', text: { ...none, answer: ' word' } },
      { kind: 'payload', text: { ...none, answer: 'no' } },
      { kind: 'payload', text: { ...none, tool: 'find', calls: [{ choice: 0, index: 0, name: 'find' }] } },
      { kind: 'payload', text: { ...none, tool: '{}' } },
      { kind: 'payload', text: { ...none, tool: 'ls' } },
      { kind: 'done' },
    ])
    expect([stream.done, stream.finishReason, stream.usage]).toEqual([true, 'stop', counted])
  })

  test.each([
    [{ reason: 'max_output_tokens' }, 'length'],
    [{ reason: 'content_filter' }, 'content_filter'],
    [null, 'length'],
  ])('one cut short by %j ends with %s', (incomplete_details, reason) => {
    const response = { status: 'incomplete', incomplete_details, usage }
    const { stream } = read({ type: 'response.incomplete', response })
    expect([stream.done, stream.finishReason, stream.usage]).toEqual([true, reason, counted])
  })

  test.each([
    [
      { type: 'response.failed', response: { status: 'failed', error: { code: 'server_error', message: 'out' } } },
      'out',
    ],
    [{ type: 'response.failed', response: { status: 'failed', error: null } }, expect.stringContaining('failed')],
    [{ type: 'response.error', message: 'lost' }, 'lost'],
    [{ type: 'error', code: 'x', message: 'gone', param: null, sequence_number: 3 }, 'gone'],
  ])('%j is an error', (event, message) => {
    expect(read(event).kinds).toEqual([{ kind: 'error', error: expect.objectContaining({ message }) }])
  })
})

test('a response in one piece', () => {
  const output = [
    { type: 'reasoning', content: [{ type: 'reasoning_text', text: 'hm' }], summary: [] },
    { type: 'message', content: [{ type: 'output_text', text: 'a word', annotations: [] }] },
    { type: 'function_call', name: 'find', arguments: '{}' },
  ]
  const body = { object: 'response', status: 'completed', error: null, incomplete_details: null, output, usage }
  expect(parseFullReply(JSON.stringify(body))).toEqual({
    kind: 'reply',
    text: { answer: 'a word', reasoning: 'hm', tool: 'find{}', calls: [{ choice: 0, index: 2, name: 'find' }] },
    finishReason: 'stop',
    usage: counted,
  })
  const failed = { ...body, status: 'failed', error: { code: 'server_error', message: 'out' }, output: [] }
  expect(parseFullReply(JSON.stringify(failed))).toMatchObject({ kind: 'error', error: { message: 'out' } })
})
