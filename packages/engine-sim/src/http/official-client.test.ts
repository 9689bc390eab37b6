import OpenAI from 'openai'
import { describe, expect, test } from 'vitest'
import { serveForTest, wordsOf } from './serve.fixture.ts'

const messages = [{ role: 'user' as const, content: wordsOf(200) }]

function clientOf(url: string): OpenAI {
  return new OpenAI({ baseURL: `${url}/v1`, apiKey: 'none', maxRetries: 0 })
}

describe('the official client', () => {
  test('reads a stream, its finish and its usage', async () => {
    const { url } = await serveForTest()
    const stream = await clientOf(url).chat.completions.create({
      model: 'tiny',
      messages,
      max_tokens: 20,
      stream: true,
      stream_options: { include_usage: true },
      ...{ ignore_eos: true },
    })
    let text = ''
    const finishes: unknown[] = []
    let usage: OpenAI.CompletionUsage | null | undefined
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? ''
      if (chunk.choices[0]?.finish_reason) finishes.push(chunk.choices[0].finish_reason)
      usage = chunk.usage ?? usage
    }
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
})
