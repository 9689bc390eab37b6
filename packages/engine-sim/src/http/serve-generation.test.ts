import { expect, test } from 'vitest'
import { sendRaw } from './raw-reply.fixture.ts'
import { serveForTest } from './serve.fixture.ts'

// Source: `_base_request_id` of vLLM 0.33.0.
test.each([
  ['/v1/completions', { prompt: 'a' }, 'cmpl-'],
  ['/v1/chat/completions', { messages: [{ role: 'user', content: 'a' }] }, 'chatcmpl-'],
])('%s: a request has the name that its body gives it, unless a header does', async (path, body, prefix) => {
  const { port } = await serveForTest()
  const idOf = async (headers: Record<string, string>) => {
    const named = { ...body, max_tokens: 1, request_id: 'mine' }
    return JSON.parse((await sendRaw(port, { method: 'POST', path, body: named, headers })).body).id
  }
  expect(await idOf({})).toBe(`${prefix}mine`)
  expect(await idOf({ 'X-Request-Id': 'the header' })).toBe(`${prefix}the header`)
})

test('a chat whose template is not to open the reply is as much shorter, as in /tokenize', async () => {
  const templateTokens = { baseTokens: 0, perMessageTokens: 1, openingTokens: 3 }
  const { port } = await serveForTest({ templateTokens })
  const messages = [{ role: 'user', content: 'one two' }]
  const tokensOf = async (more: object) => {
    const body = { messages, max_tokens: 1, return_token_ids: true, ...more }
    const { prompt_token_ids: ids, usage } = JSON.parse(
      (await sendRaw(port, { method: 'POST', path: '/v1/chat/completions', body })).body,
    )
    return [ids.length, usage.prompt_tokens]
  }
  expect(await tokensOf({})).toEqual([6, 6])
  expect(await tokensOf({ add_generation_prompt: true })).toEqual([6, 6])
  expect(await tokensOf({ add_generation_prompt: false })).toEqual([3, 3])
})
