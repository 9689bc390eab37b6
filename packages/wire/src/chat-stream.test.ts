import { describe, expect, test } from 'vitest'
import { ChatStream } from './chat-stream.ts'

describe('ChatStream', () => {
  test.each([
    ['only a role', { role: 'assistant' }],
    ['empty content', { content: '' }],
    ['nulls', { content: null, reasoning_content: null, tool_calls: null }],
    ['an id of a tool call without a name', { tool_calls: [{ index: 0, id: 'c' }] }],
    ['nothing', {}],
  ])('%s is no token', (_, delta) => {
    expect(new ChatStream().read(chunk(delta))).toEqual({ kind: 'bare' })
  })

  test('a refusal is an answer', () => {
    const text = { answer: 'no', reasoning: '', tool: '' }
    expect(new ChatStream().read(chunk({ refusal: 'no' }))).toEqual({ kind: 'payload', text })
  })

  test('a chunk may hold reasoning and answer', () => {
    const text = { answer: 'b', reasoning: 'a', tool: '' }
    expect(new ChatStream().read(chunk({ reasoning: 'a', content: 'b' }))).toEqual({ kind: 'payload', text })
  })

  test.each(['{"choices":[', 'null', '[1]', 'hello'])('%s is malformed', (text) => {
    expect(new ChatStream().read(text).kind).toBe('malformed')
  })

  test('cached tokens: a number, zero and unknown are three answers', () => {
    expect(usageOf({ prompt_tokens: 5, completion_tokens: 1, prompt_tokens_details: { cached_tokens: 4 } })).toEqual({
      inputTokens: 5,
      outputTokens: 1,
      cachedTokens: 4,
    })
    expect(usageOf({ prompt_tokens: 5, prompt_tokens_details: { cached_tokens: 0 } })?.cachedTokens).toBe(0)
    expect(usageOf({ prompt_tokens: 5, prompt_tokens_details: null })).toEqual({ inputTokens: 5 })
    expect(usageOf({ prompt_tokens: 5, prompt_tokens_details: { cached_tokens: null } })).not.toHaveProperty(
      'cachedTokens',
    )
    expect(usageOf(null)).toBeUndefined()
    expect(usageOf({})).toBeUndefined()
  })

  test('cached tokens named on an early chunk outlive a later usage without them', () => {
    const stream = new ChatStream()
    stream.read(
      JSON.stringify({ choices: [], usage: { prompt_tokens: 5, prompt_tokens_details: { cached_tokens: 4 } } }),
    )
    stream.read(JSON.stringify({ choices: [], usage: { prompt_tokens: 5, completion_tokens: 2 } }))
    expect(stream.usage).toEqual({ inputTokens: 5, outputTokens: 2, cachedTokens: 4 })
  })

  test('tokens that chunks without text tell of are those of the next text', () => {
    const stream = new ChatStream()
    const told = (content: string, completion: number) =>
      stream.read(
        JSON.stringify({
          choices: [{ index: 0, delta: { content } }],
          usage: { prompt_tokens: 5, completion_tokens: completion },
        }),
      )
    expect(told('', 0)).toEqual({ kind: 'bare' })
    expect(told('', 16)).toEqual({ kind: 'bare' })
    expect(told('a', 17)).toMatchObject({ kind: 'payload', tokens: 17 })
    expect(told('b', 18)).toMatchObject({ tokens: 1 })
    const listed = (content: string, ids: number[]) =>
      stream.read(JSON.stringify({ choices: [{ index: 0, delta: { content }, token_ids: ids }] }))
    expect(listed('', [1, 2])).toEqual({ kind: 'bare' })
    expect(listed('c', [3])).toMatchObject({ tokens: 3 })
  })

  test('the end is [DONE], white space around it or not', () => {
    const stream = new ChatStream()
    expect(stream.done).toBe(false)
    expect(stream.read(' [DONE] ')).toEqual({ kind: 'done' })
    expect(stream.done).toBe(true)
  })
})

function chunk(delta: object): string {
  return JSON.stringify({ choices: [{ index: 0, delta, finish_reason: null }] })
}

function usageOf(usage: unknown) {
  const stream = new ChatStream()
  stream.read(JSON.stringify({ choices: [], usage }))
  return stream.usage
}
