import { expect, test } from 'vitest'
import { sendRaw } from './raw-reply.fixture.ts'
import { quickEngine, serveForTest, wordsOf } from './serve.fixture.ts'

test('ranks stand on one page, each family once and each rank with its own samples', async () => {
  const { port } = await serveForTest({
    engine: { ...quickEngine({ stepTime: { baseMs: 100 } }), dataParallelSize: 2 },
  })
  const chat = (words: number) => ({
    method: 'POST' as const,
    path: '/v1/chat/completions',
    body: { messages: [{ role: 'user' as const, content: wordsOf(words) }], max_tokens: 3, ignore_eos: true },
  })
  // The second comes while the first is there, and goes to the other rank.
  await Promise.all([sendRaw(port, chat(200)), sendRaw(port, chat(200))])
  await sendRaw(port, chat(70))
  const { body: page } = await sendRaw(port, { method: 'GET', path: '/metrics' })
  const sampleOf = (name: string, engine: number) =>
    Number(page.match(new RegExp(`^${name}\\{engine="${engine}"[^}]*\\} (.*)$`, 'm'))?.[1])
  const both = (name: string) => [sampleOf(name, 0), sampleOf(name, 1)]
  expect(both('vllm:prompt_tokens_total')).toEqual([270, 200])
  expect(both('vllm:generation_tokens_total')).toEqual([6, 3])
  expect(both('vllm:time_to_first_token_seconds_count')).toEqual([2, 1])
  expect(both('vllm:request_prompt_tokens_sum')).toEqual([270, 200])
  const heads = [...page.matchAll(/^# HELP (\S+)/gm)].map(([, name]) => name)
  expect(new Set(heads).size).toBe(heads.length)
})
