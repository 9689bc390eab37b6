import { expect, test } from 'vitest'
import { eventsOf, sendRaw } from './raw-reply.fixture.ts'
import { quickEngine, serveForTest } from './serve.fixture.ts'

interface Chunk {
  readonly choices: readonly { readonly text: string; readonly token_ids: readonly number[] }[]
  readonly usage: { readonly completion_tokens: number }
}

const speculation = { numSpeculativeTokens: 3, syntheticAcceptanceRates: [1, 1, 0] }
const engine = quickEngine({ scheduler: { speculation } })
const body = {
  prompt: 'one two three',
  ...{ max_tokens: 9, ignore_eos: true, temperature: 0, return_token_ids: true },
  ...{ stream: true, stream_options: { include_usage: true, continuous_usage_stats: true } },
}
const send = async (port: number) => {
  const { body: text } = await sendRaw(port, { method: 'POST', path: '/v1/completions', body })
  return (eventsOf(text).slice(0, -1) as Chunk[]).filter(({ choices }) => choices.length > 0)
}

test('what a step verified goes in one chunk, and the text is that of an engine without drafts', async () => {
  const [drafted, plain] = [await send((await serveForTest({ engine })).port), await send((await serveForTest()).port)]
  expect(drafted.map(({ choices }) => choices[0]!.token_ids.length)).toEqual([1, 3, 3, 2])
  expect(drafted.map(({ usage }) => usage.completion_tokens)).toEqual([1, 4, 7, 9])
  const textOf = (chunks: readonly Chunk[]) => chunks.map(({ choices }) => choices[0]!.text).join('')
  expect(textOf(drafted)).toBe(textOf(plain))
})

test('drafts are counted under the names of vLLM, and time between outputs once for each step', async () => {
  const { port } = await serveForTest({ engine })
  await send(port)
  const { body: page } = await sendRaw(port, { method: 'GET', path: '/metrics' })
  const sampleOf = (start: string) =>
    Number(
      page
        .split('\n')
        .find((line) => line.startsWith(start))
        ?.split(' ')[1],
    )
  const name = 'vllm:spec_decode_num'
  expect(
    ['drafts_total{', 'draft_tokens_total{', 'accepted_tokens_total{'].map((rest) => sampleOf(`${name}_${rest}`)),
  ).toEqual([3, 9, 6])
  const perPosition = [...page.matchAll(/accepted_tokens_per_pos_total\{.*position="(\d)"\} (\S+)/g)]
  expect(perPosition.map(([, position, value]) => [position, Number(value)])).toEqual([
    ['0', 3],
    ['1', 3],
    ['2', 0],
  ])
  expect(sampleOf('vllm:inter_token_latency_seconds_count{')).toBe(3)
  expect(sampleOf('vllm:generation_tokens_total{')).toBe(9)
})
