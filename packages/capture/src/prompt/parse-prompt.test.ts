import { expect, test } from 'vitest'
import { parsePrompt } from './parse-prompt.ts'

const rolesAndTexts = (...args: Parameters<typeof parsePrompt>) =>
  parsePrompt(...args)?.parts.map(({ role, text, answers }) => [role, text, ...answers])

test('messages as Claude Code sends them, without the marks of caches', () => {
  const body = {
    ...{ model: 'claude', max_tokens: 32_000, stream: true, thinking: { type: 'enabled', budget_tokens: 1 } },
    system: [{ type: 'text', text: 'You are', cache_control: { type: 'ephemeral' } }],
    messages: [
      { role: 'user', content: 'hi' },
      { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'ls', input: { at: '.' } }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: [{ type: 'text', text: 'a' }] }] },
    ],
    tools: [{ name: 'ls', cache_control: { type: 'ephemeral' } }],
  }
  expect(rolesAndTexts('messages', body)).toEqual([
    ['head', '[{"name":"ls"}]'],
    ['head', 'You are'],
    ['user', 'hi'],
    ['assistant', 'ls{"at":"."}'],
    ['tool', 'a', 't'],
  ])
})

test('a chat, with tools and what is no text', () => {
  const call = { id: 'c', type: 'function', function: { name: 'ls', arguments: '{}' } }
  const messages = [
    { role: 'developer', content: 'Be' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'see ' },
        { type: 'image_url', image_url: { url: 'data:,x' } },
      ],
    },
    { role: 'assistant', content: null, tool_calls: [call] },
    { role: 'tool', tool_call_id: 'c', content: 'a' },
  ]
  expect(rolesAndTexts('chat', { messages })).toEqual([
    ['head', 'Be'],
    ['user', expect.stringMatching(/^see \[image_url [\da-f]{16}\]$/)],
    ['assistant', JSON.stringify([call])],
    ['tool', 'a', 'c'],
  ])
})

test('responses, as Codex sends them', () => {
  const input = [
    { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'hi' }] },
    { type: 'function_call', call_id: 'c', name: 'ls', arguments: '{}' },
    { type: 'function_call_output', call_id: 'c', output: 'a' },
  ]
  expect(rolesAndTexts('responses', { instructions: 'Be', input })).toEqual([
    ['head', 'Be'],
    ['user', 'hi'],
    ['assistant', 'ls\n{}'],
    ['tool', 'a', 'c'],
  ])
  expect(rolesAndTexts('responses', { input: 'hi' })).toEqual([['user', 'hi']])
})

test('completions: text, or numbers of tokens', () => {
  expect(rolesAndTexts('completions', { prompt: ['hi'] })).toEqual([['user', 'hi']])
  expect(parsePrompt('completions', { prompt: [[1, 2]] })!.parts[0]!.tokens).toEqual(Uint32Array.of(1, 2))
})

test.each([
  ['no object', 'chat', 'hi'],
  ['no messages', 'chat', { messages: 'hi' }],
  ['several answers', 'chat', { n: 2, messages: [{ role: 'user', content: 'hi' }] }],
  ['several prompts', 'completions', { prompt: ['a', 'b'] }],
  ['what is no token', 'completions', { prompt: [1, -2] }],
] as const)('%s is no prompt', (_, form, body) => expect(parsePrompt(form, body)).toBeUndefined())
