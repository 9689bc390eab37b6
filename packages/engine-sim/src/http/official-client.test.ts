import type OpenAI from 'openai'
import { describe, expect, test } from 'vitest'
import { clientOf, readStream } from './official-stream.fixture.ts'
import { serveForTest, wordsOf } from './serve.fixture.ts'

const messages = [{ role: 'user' as const, content: wordsOf(200) }]

describe('the official client', () => {
  test('reads a stream, its finish and its usage', async () => {
    const { url } = await serveForTest()
    const { text, finishes, usage } = await readStream(url, messages)
    expect(text.trim().split(' ')).toHaveLength(20)
    expect(finishes).toEqual(['length'])
    expect(usage).toMatchObject({ prompt_tokens: 200, completion_tokens: 20, total_tokens: 220 })
  })

  test('reads whole replies of both routes, the model list and an error', async () => {
    const { url } = await serveForTest()
    const client = clientOf(url)
    const chat = await client.chat.completions.create({
      model: 'tiny',
      messages,
      max_tokens: 3,
      min_tokens: 3,
    } as never)
    expect(chat.usage).toMatchObject({ prompt_tokens: 200, completion_tokens: 3 })
    const completion = await client.completions.create({
      model: 'tiny',
      prompt: 'one two',
      max_tokens: 5,
      temperature: 0,
    })
    expect(completion.usage?.prompt_tokens).toBe(2)
    expect((await client.models.list()).data.map(({ id }) => id)).toEqual(['tiny'])
    await expect(client.chat.completions.create({ model: 'other', messages })).rejects.toThrow(
      'The model `other` does not exist. Valid aliases: tiny.',
    )
  })

  test('reads a response as a stream, and its usage with the last event', async () => {
    const { url } = await serveForTest()
    const stream = await clientOf(url).responses.create({
      model: 'tiny',
      instructions: 'be brief',
      input: messages,
      max_output_tokens: 20,
      stream: true,
      ...{ ignore_eos: true },
    })
    const types: string[] = []
    let text = ''
    let last: OpenAI.Responses.Response | undefined
    for await (const event of stream) {
      if (types.at(-1) !== event.type) types.push(event.type)
      if (event.type === 'response.output_text.delta') text += event.delta
      if (event.type === 'response.incomplete') last = event.response
    }
    expect(types).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.incomplete',
    ])
    expect(text.trim().split(' ')).toHaveLength(20)
    expect(last?.usage).toMatchObject({ input_tokens: 202, output_tokens: 20, total_tokens: 222 })
    expect(last?.incomplete_details).toEqual({ reason: 'max_output_tokens' })
  })

  test('reads a whole response to a conversation with a tool, and what is refused', async () => {
    const { url } = await serveForTest()
    const client = clientOf(url)
    const response = await client.responses.create({
      model: 'tiny',
      input: [
        { role: 'user', content: [{ type: 'input_text', text: 'one two' }] },
        { type: 'function_call', call_id: 'c', name: 'find', arguments: '{}' },
        { type: 'function_call_output', call_id: 'c', output: 'three' },
      ],
      max_output_tokens: 3,
      ...{ ignore_eos: true },
    })
    expect(response.output_text.trim().split(' ')).toHaveLength(3)
    expect(response.usage?.input_tokens).toBe(5)
    const kept = client.responses.create({ model: 'tiny', input: 'a', previous_response_id: 'resp_1' })
    await expect(kept).rejects.toThrow(/previous_response_id is not supported/)
  })
})
