import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ChatStream } from './chat-stream.ts'
import { parseFullReply } from './full-reply.ts'

const told = (prompt: unknown, completion: unknown, cached?: unknown) => ({
  prompt_tokens: prompt,
  completion_tokens: completion,
  ...(cached !== undefined && { prompt_tokens_details: { cached_tokens: cached } }),
})

/** What is known after a chunk of text for each usage, and after one without text. */
function usageAfter(usages: readonly unknown[], texts = usages.map(() => 'a')) {
  const stream = new ChatStream()
  for (const [i, usage] of usages.entries()) {
    stream.read(JSON.stringify({ choices: [{ index: 0, delta: { content: texts[i] } }], usage }))
  }
  return stream.usage
}

describe('of several usages of one reply the largest counts stand', () => {
  test('a last chunk of zeros takes nothing back', () => {
    const kept = { inputTokens: 100, outputTokens: 24, cachedTokens: 64, ignored: ['fell-back'] }
    expect(usageAfter([told(100, 24, 64), told(0, 0, 0)])).toEqual(kept)
    expect(usageAfter([told(100, 24, 64), told(100, 1, 64)])).toEqual(kept)
  })

  test('usage that grows from chunk to chunk is followed, and so is one that begins with zeros', () => {
    expect(usageAfter([told(100, 1), told(100, 2), told(100, 24)])).toEqual({ inputTokens: 100, outputTokens: 24 })
    expect(usageAfter([told(0, 0, 0), told(100, 24, 64)])).toEqual({
      inputTokens: 100,
      outputTokens: 24,
      cachedTokens: 64,
    })
  })

  test('a count that a later usage leaves out is no fall', () => {
    expect(usageAfter([told(100, 3, 64), told(100, undefined), {}, null])).toEqual({
      inputTokens: 100,
      outputTokens: 3,
      cachedTokens: 64,
    })
  })

  test('the tokens of a chunk are told from what was known before, whatever fell in between', () => {
    const stream = new ChatStream()
    const tokens = [told(9, 2), told(0, 0), told(9, 5)].map((usage) =>
      stream.read(JSON.stringify({ choices: [{ index: 0, delta: { content: 'a' } }], usage })),
    )
    expect(tokens).toMatchObject([{ tokens: 2 }, { kind: 'payload' }, { tokens: 3 }])
    expect(tokens[1]).not.toHaveProperty('tokens')
  })

  test('in whatever order they come, it is the largest of each', () => {
    const count = fc.integer({ min: 1, max: 1_000 })
    fc.assert(
      fc.property(fc.array(fc.tuple(count, count), { minLength: 1, maxLength: 6 }), (counts) => {
        expect(usageAfter(counts.map(([prompt, completion]) => told(prompt, completion)))).toMatchObject({
          inputTokens: Math.max(...counts.map(([prompt]) => prompt)),
          outputTokens: Math.max(...counts.map(([, completion]) => completion)),
        })
      }),
    )
  })
})

describe('what cannot be is unknown, and why is told', () => {
  test.each<[string, unknown, object]>([
    [
      'more cached than there is',
      told(100, 24, 412),
      { inputTokens: 100, outputTokens: 24, ignored: ['cached-above-input'] },
    ],
    ['a negative count', told(100, -1), { inputTokens: 100, ignored: ['not-a-count'] }],
    ['a fraction', told(100.5, 24), { outputTokens: 24, ignored: ['not-a-count'] }],
    ['a text', told('100', 24, 'NaN'), { outputTokens: 24, ignored: ['not-a-count'] }],
    ['what no integer can hold', told(2 ** 53, 1e300), { ignored: ['not-a-count'] }],
    ['what no context holds', told(2 ** 52, 10_000_001, 5e8), { ignored: ['beyond-measure'] }],
    ['a truth', told(true, 24), { outputTokens: 24, ignored: ['not-a-count'] }],
    ['a list', [100, 24], { ignored: ['not-a-count'] }],
    ['no prompt', told(0, 24), { outputTokens: 24, ignored: ['zero-input'] }],
    ['no reply, though one was seen', told(100, 0), { inputTokens: 100, ignored: ['zero-output'] }],
    ['nothing true at all', told(0, 0, 5), { cachedTokens: 5, ignored: ['zero-input', 'zero-output'] }],
  ])('%s', (_, usage, known) => {
    expect(usageAfter([usage])).toEqual(known)
    const full = { choices: [{ index: 0, message: { content: 'a' } }], usage }
    expect(parseFullReply(JSON.stringify(full))).toMatchObject({ usage: known })
  })

  test('NaN and Infinity, as Python writes them, are no counts and spoil nothing else', () => {
    const stream = new ChatStream()
    const text =
      '{"choices":[{"delta":{"content":"a: NaN"},"logprobs":[NaN, -Infinity]}],"usage":{"prompt_tokens":NaN,"completion_tokens":4}}'
    expect(stream.read(text)).toMatchObject({ kind: 'payload', text: { answer: 'a: NaN' } })
    expect(stream.usage).toEqual({ outputTokens: 4, ignored: ['not-a-count'] })
    expect(parseFullReply(text)).toMatchObject({ kind: 'reply', usage: stream.usage })
    expect(new ChatStream().read('{"choices":[NaN}')).toMatchObject({ kind: 'malformed' })
  })

  test('a reply that showed nothing may well have held nothing', () => {
    expect(usageAfter([told(100, 0)], [''])).toEqual({ inputTokens: 100, outputTokens: 0 })
  })

  test('whole numbers with a point, all of the prompt cached, and what the longest context holds are counts', () => {
    const text = `{"choices":[{"delta":{"content":"a"}}],"usage":{"prompt_tokens":100.0,"completion_tokens":10000000,"prompt_tokens_details":{"cached_tokens":100}}}`
    const stream = new ChatStream()
    stream.read(text)
    expect(stream.usage).toEqual({ inputTokens: 100, outputTokens: 10_000_000, cachedTokens: 100 })
  })
})
