import { describe, expect, test } from 'vitest'
import { textOfChoices } from './reply-choice.ts'

const texts = [{ type: 'text', text: 'a' }, 'b', { type: 'output_text', text: 'c' }]
const thinking = {
  type: 'thinking',
  thinking: [
    { type: 'text', text: 's' },
    { type: 'text', text: 'o' },
  ],
}

describe('text is text in whatever field and shape', () => {
  test.each<[string, object, object]>([
    ['content as a list of parts and texts', { content: texts }, { answer: 'abc' }],
    ['content as one part', { content: { type: 'text', text: 'a' } }, { answer: 'a' }],
    ['a refusal in a list', { content: [{ type: 'refusal', refusal: 'no' }] }, { answer: 'no' }],
    [
      'thinking and text in one list',
      { content: [thinking, { type: 'text', text: 'a' }] },
      { answer: 'a', reasoning: 'so' },
    ],
    ['thinking alone in a list', { content: [thinking] }, { reasoning: 'so' }],
    ['what was said', { audio: { id: 'x', transcript: 'a', data: 'UklGRg==' } }, { answer: 'a' }],
    ['what was said, without its text', { audio: { data: 'UklGRg==' } }, { answer: 'UklGRg==' }],
    ['reasoning_content as a list', { content: null, reasoning_content: texts }, { reasoning: 'abc' }],
    ['reasoning as an object', { reasoning: { content: 'so' } }, { reasoning: 'so' }],
    [
      'details: text',
      { content: '', reasoning_details: [{ type: 'reasoning.text', text: 'so' }] },
      { reasoning: 'so' },
    ],
    ['details: summary', { reasoning_details: [{ type: 'reasoning.summary', summary: 'so' }] }, { reasoning: 'so' }],
    [
      'details: encrypted',
      { reasoning_details: [{ type: 'reasoning.encrypted', data: 'c28=' }] },
      { reasoning: 'c28=' },
    ],
    [
      'details beside the plain text of them',
      { reasoning: 'so', reasoning_details: [{ text: 'so' }] },
      { reasoning: 'so' },
    ],
    ['thinking as a text', { thinking: 'so' }, { reasoning: 'so' }],
    ['blocks of thinking', { thinking_blocks: [{ type: 'thinking', thinking: 'so' }] }, { reasoning: 'so' }],
    ['a custom tool', { tool_calls: [{ type: 'custom', custom: { name: 'run', input: 'ls' } }] }, { tool: 'runls' }],
    [
      'arguments as an object',
      { tool_calls: [{ function: { name: 'f', arguments: { a: 1 } } }] },
      { tool: 'f{"a":1}' },
    ],
    ['the call of old', { function_call: { name: 'f', arguments: '{}' } }, { tool: 'f{}' }],
    [
      'two calls',
      { tool_calls: [{ function: { name: 'f' } }, null, { function: { arguments: '1' } }] },
      { tool: 'f1' },
    ],
  ])('%s', (_, delta, text) => {
    expect(textOfChoices({ choices: [{ index: 0, delta }] })).toMatchObject({
      answer: '',
      reasoning: '',
      tool: '',
      ...text,
    })
  })

  test.each([
    [{ content: [] }],
    [{ content: [{ type: 'text', text: '' }, '', null, 3] }],
    [{ content: [{ type: 'image_url', image_url: { url: 'x' } }] }],
    [{ reasoning_details: [], thinking_blocks: [], thinking: null, audio: { id: 'x', expires_at: 1 } }],
    [{ tool_calls: [{ index: 0, id: 'x', type: 'custom', custom: {} }] }],
  ])('%j holds no token', (delta) => {
    expect(textOfChoices({ choices: [{ index: 0, delta }] })).toMatchObject({ answer: '', reasoning: '', tool: '' })
  })

  test('a whole message is searched for all that it brings', () => {
    const message = { content: [thinking, { type: 'text', text: 'a' }] }
    expect(textOfChoices({ choices: [{ index: 0, message }] })).toEqual({ answer: 'a', reasoning: 'so', tool: '' })
    const plain = { content: 'a', thinking_blocks: [{ type: 'thinking', thinking: 'so' }] }
    expect(textOfChoices({ choices: [{ index: 0, message: plain }] })).toMatchObject({ answer: 'a', reasoning: 'so' })
  })
})

test('calls are listed where they name their tool: in the first chunk of each, and in a whole message', () => {
  const first = { index: 1, delta: { tool_calls: [{ index: 2, id: 'c', function: { name: 'ls', arguments: '' } }] } }
  expect(textOfChoices({ choices: [first] })).toEqual({
    answer: '',
    reasoning: '',
    tool: 'ls',
    calls: [{ choice: 1, index: 2, id: 'c', name: 'ls' }],
  })
  const later = { index: 1, delta: { tool_calls: [{ index: 2, function: { arguments: '{' } }] } }
  expect(textOfChoices({ choices: [later] })).toEqual({ answer: '', reasoning: '', tool: '{' })
  const message = {
    tool_calls: [
      { id: 'a', function: { name: 'x', arguments: '{}' } },
      { id: 'b', custom: { name: 'y', input: 'q' } },
    ],
  }
  expect(textOfChoices({ choices: [{ index: 0, message }] }).calls).toEqual([
    { choice: 0, index: 0, id: 'a', name: 'x' },
    { choice: 0, index: 1, id: 'b', name: 'y' },
  ])
})
