import { expect, test } from 'vitest'
import { ChatCompletionRequest, CompletionRequest, TokenizeRequest, textOf } from './openai-requests.ts'

test('fields that we do not know are kept', () => {
  const body = {
    model: 'm',
    messages: [{ role: 'user', content: 'hi', name: 'x' }],
    weird: { a: 1 },
    temperature: null,
  }
  expect(ChatCompletionRequest.parse(body)).toEqual(body)
})

test('content is text, parts or nothing', () => {
  const parts = [
    { type: 'text', text: 'a' },
    { type: 'image_url', image_url: {} },
    { type: 'text', text: 'b' },
  ]
  const { messages } = ChatCompletionRequest.parse({
    messages: [{ role: 'user', content: parts }, { role: 'assistant', content: null }, { role: 'assistant' }],
  })
  expect(messages.map((message) => textOf(message.content))).toEqual(['ab', '', ''])
})

test.each([
  [{}],
  [{ messages: 'hi' }],
  [{ messages: [{ content: 'hi' }] }],
  [{ messages: [], max_tokens: 1.5 }],
  [{ messages: [], stream: 'yes' }],
])('%o is no chat completion request', (body) => {
  expect(ChatCompletionRequest.safeParse(body).success).toBe(false)
})

test.each([['hi'], [['a', 'b']], [[1, 2]], [[[1], [2, 3]]]])('%o is a prompt', (prompt) => {
  expect(CompletionRequest.parse({ prompt }).prompt).toEqual(prompt)
})

test.each([[{ prompt: [1, 'a'] }], [{ prompt: [-1] }], [{}]])('%o is no completion request', (body) => {
  expect(CompletionRequest.safeParse(body).success).toBe(false)
})

test('tokenize takes a prompt or messages', () => {
  expect(TokenizeRequest.parse({ prompt: 'hi', add_special_tokens: false })).toHaveProperty('prompt')
  expect(TokenizeRequest.parse({ messages: [], add_generation_prompt: false })).toHaveProperty('messages')
  expect(TokenizeRequest.safeParse({ text: 'hi' }).success).toBe(false)
})
