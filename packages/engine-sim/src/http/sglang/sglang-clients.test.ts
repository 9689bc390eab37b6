import { expect, test } from 'vitest'
import { clientOf, readStream } from '../official-stream.fixture.ts'
import { sendRaw } from '../raw-reply.fixture.ts'
import { wordsOf } from '../serve.fixture.ts'
import { quickSglang, serveSglangForTest } from './serve-sglang.fixture.ts'

const messages = [{ role: 'user' as const, content: wordsOf(200) }]

test('the official client reads a stream, its finish and its usage', async () => {
  const { url } = await serveSglangForTest({ streamInterval: 8 })
  const { text, finishes, usage } = await readStream(url, messages)
  expect(text.trim().split(' ')).toHaveLength(20)
  expect(finishes).toEqual(['length'])
  expect(usage).toMatchObject({
    prompt_tokens: 200,
    completion_tokens: 20,
    prompt_tokens_details: { cached_tokens: 0 },
  })
})

test('the official client reads whole replies of both routes, the model list and an error', async () => {
  const { url } = await serveSglangForTest()
  const client = clientOf(url)
  const chat = await client.chat.completions.create({ model: 'tiny', messages, max_tokens: 3, min_tokens: 3 } as never)
  expect(chat.usage).toMatchObject({ prompt_tokens: 200, completion_tokens: 3 })
  const completion = await client.completions.create({ model: 'tiny', prompt: 'one two', max_tokens: 5 })
  expect(completion.usage?.prompt_tokens).toBe(2)
  expect((await client.models.list()).data.map(({ id }) => id)).toEqual(['tiny'])
  await expect(client.chat.completions.create({ model: 'tiny', messages, top_p: 2 })).rejects.toMatchObject({
    status: 400,
  })
})

test('the official client reads a response, whole and as a stream', async () => {
  const { url } = await serveSglangForTest()
  const { responses } = clientOf(url)
  // The route knows no `ignore_eos`. At temperature 0 the text follows from the prompt, and its end with it.
  const asked = { model: 'tiny', input: messages, max_output_tokens: 5, temperature: 0 }
  const whole = await responses.create(asked)
  expect(whole.usage).toMatchObject({ input_tokens: 200, output_tokens: 3 })
  expect(whole.output_text.trim().split(' ')).toHaveLength(3)
  let text = ''
  for await (const event of await responses.create({ ...asked, stream: true })) {
    if (event.type === 'response.output_text.delta') text += event.delta
    if (event.type === 'response.incomplete') expect(event.response.usage?.output_tokens).toBe(3)
  }
  expect(text.trim().split(' ')).toHaveLength(3)
})

test('bodies that are too deep, too long or no bodies are refused, on each route', { timeout: 30_000 }, async () => {
  const { port } = await serveSglangForTest()
  const paths = [
    '/v1/chat/completions',
    '/v1/completions',
    '/generate',
    '/v1/responses',
    '/v1/messages',
    '/tokenize',
    '/abort_request',
  ]
  const bodies = ['[', '[]', 'null', '7', '['.repeat(100_000), `{"messages":[${'0,'.repeat(9_999)}0]}`, '{"rid":[{}]}']
  for (const path of paths) {
    for (const body of bodies) {
      const reply = await sendRaw(port, { method: 'POST', path, body })
      const isRefused = reply.status === 400 && /"(?:object|type)":"error"|^{"error":/.test(reply.body)
      // A list of messages says nothing to a route that has none.
      const isFine = path === '/abort_request' && body.startsWith('{"messages"') && reply.status === 200
      expect(isRefused || isFine, `${path} ${body.slice(0, 20)} ${reply.status} ${reply.body.slice(0, 200)}`).toBe(true)
      expect(reply.body.length).toBeLessThan(100_000)
    }
  }
})

test('a prompt of 300,000 ids is read as one, and found again', { timeout: 30_000 }, async () => {
  const { port } = await serveSglangForTest({ engine: quickSglang({ numBlocks: 16_384, maxModelLen: 500_000 }) })
  const input_ids = Array.from({ length: 300_000 }, (_, index) => index)
  const cached = async () => {
    const body = { input_ids, sampling_params: { max_new_tokens: 1 } }
    return JSON.parse((await sendRaw(port, { method: 'POST', path: '/generate', body })).body).meta_info.cached_tokens
  }
  expect([await cached(), await cached()]).toEqual([0, 299_968])
})
