import { expect, test } from 'vitest'
import { eventsOf, sendRaw } from './raw-reply.fixture.ts'
import { serveForTest } from './serve.fixture.ts'

interface Chunk {
  readonly choices: readonly { readonly text: string; readonly token_ids: readonly number[] }[]
  readonly usage: { readonly completion_tokens: number }
}

async function chunksOf(streamInterval: number | undefined, maxTokens: number, asked: object = {}): Promise<Chunk[]> {
  const { port } = await serveForTest(streamInterval === undefined ? {} : { streamInterval })
  const body = {
    ...asked,
    prompt: 'one two three',
    ...{ max_tokens: maxTokens, ignore_eos: true, temperature: 0, return_token_ids: true },
    ...{ stream: true, stream_options: { include_usage: true, continuous_usage_stats: true } },
  }
  const { body: text } = await sendRaw(port, { method: 'POST', path: '/v1/completions', body })
  return (eventsOf(text).slice(0, -1) as Chunk[]).filter(({ choices }) => choices.length > 0)
}

test('the first token goes alone, then as many together as the interval says, then what is left', async () => {
  const counts = async (interval: number, tokens: number) =>
    (await chunksOf(interval, tokens)).map(({ choices }) => choices[0]!.token_ids.length)
  expect(await counts(4, 11)).toEqual([1, 4, 4, 2])
  expect(await counts(4, 9)).toEqual([1, 4, 4])
  expect(await counts(10, 1)).toEqual([1])
  expect(await counts(1, 3)).toEqual([1, 1, 1])
})

test('text and counts are those of a stream token by token', async () => {
  const [single, joined] = [await chunksOf(undefined, 7), await chunksOf(3, 7)]
  const textOf = (chunks: readonly Chunk[]) => chunks.map(({ choices }) => choices[0]!.text).join('')
  expect(textOf(joined)).toBe(textOf(single))
  expect(joined.map(({ usage }) => usage.completion_tokens)).toEqual([1, 4, 7])
})

// Source: `stream_interval` of `CompletionRequest`, and `output_processor.py`, of vLLM 0.33.0.
test('a request may have more of them sent together than the server does, and no fewer', async () => {
  const counts = async (interval: number, asked: number) =>
    (await chunksOf(interval, 9, { stream_interval: asked })).map(({ choices }) => choices[0]!.token_ids.length)
  expect(await counts(1, 4)).toEqual([1, 4, 4])
  expect(await counts(8, 4)).toEqual([1, 8])
})

test('none together is refused', async () => {
  const { port } = await serveForTest()
  const body = { prompt: 'one', stream_interval: 0 }
  const reply = await sendRaw(port, { method: 'POST', path: '/v1/completions', body })
  expect([reply.status, reply.body]).toEqual([400, expect.stringContaining('body.stream_interval')])
})
