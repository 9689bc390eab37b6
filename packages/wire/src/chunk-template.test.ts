import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ChatStream } from './chat-stream.ts'
import { ChunkTemplate } from './chunk-template.ts'

const chunkOf = (text: string, rest: object = {}, delta: object = {}) =>
  JSON.stringify({
    id: 'chatcmpl-1',
    choices: [{ index: 0, delta: { content: text, ...delta }, finish_reason: null }],
    ...rest,
  })

function templateOf(data: string, text: string): ChunkTemplate {
  const template = new ChunkTemplate()
  template.learn(data, text)
  return template
}

function matches(template: ChunkTemplate, data: string): boolean {
  const bytes = Buffer.from(`data: ${data}\n\n`)
  return template.endOf(bytes, 6, bytes.length) === bytes.length - 2
}

const learned = () => templateOf(chunkOf('Hello'), 'Hello')

test('the same chunk with another plain text is recognised', () => {
  expect(matches(learned(), chunkOf(' world'))).toBe(true)
  expect(matches(learned(), chunkOf('Hello'))).toBe(true)
})

test.each([
  ['an empty text', chunkOf('')],
  ['a quotation mark', chunkOf('say "x"')],
  ['an escaped line end', chunkOf('one\ntwo')],
  ['other letters', chunkOf('é')],
  ['a finish reason', chunkOf(' world').replace('null', '"stop"')],
  ['usage', chunkOf(' world', { usage: { prompt_tokens: 1, completion_tokens: 2 } })],
  ['reasoning', chunkOf(' world', {}, { reasoning: 'hm' })],
  ['an error', '{"error":{"message":"broken"}}'],
  ['the end', '[DONE]'],
  ['half a chunk', chunkOf(' world').slice(0, -3)],
])('%s has to be read', (_, data) => {
  expect(matches(learned(), data)).toBe(false)
})

describe('what brings more than its text is no template', () => {
  test.each([
    ['usage on every chunk', chunkOf('a', { usage: { prompt_tokens: 1, completion_tokens: 1 } }), 'a'],
    ['token ids', chunkOf('a').replace('"index":0', '"index":0,"token_ids":[7]'), 'a'],
    ['a finish reason', chunkOf('a').replace('null', '"length"'), 'a'],
    ['a tool call beside it', chunkOf('a', {}, { tool_calls: [{ function: { name: 'f' } }] }), 'a'],
    ['the text in another place first', chunkOf('chatcmpl-1'), 'chatcmpl-1'],
  ])('%s', (_, data, text) => {
    expect(matches(templateOf(data, text), data)).toBe(false)
  })
})

test('what is recognised would have been read as answer text and nothing else', () => {
  const text = fc.oneof(fc.string({ maxLength: 8 }), fc.string({ unit: 'grapheme', maxLength: 4 }))
  const rest = fc.constantFrom(
    {},
    { usage: null },
    { usage: { prompt_tokens: 3, completion_tokens: 1 } },
    { error: {} },
  )
  fc.assert(
    fc.property(text, text, rest, fc.nat(), fc.string({ maxLength: 3 }), (first, second, more, at, patch) => {
      const data = chunkOf(second, more)
      const cut = at % data.length
      const changed = data.slice(0, cut) + patch + data.slice(cut + patch.length)
      const template = templateOf(chunkOf(first, more), first)
      for (const each of [data, changed]) {
        if (!matches(template, each)) continue
        const stream = new ChatStream()
        expect(stream.read(each)).toMatchObject({ kind: 'payload', text: { reasoning: '', tool: '' } })
        expect(stream.read(each)).not.toHaveProperty('tokens')
        expect([stream.usage, stream.finishReason, stream.done]).toEqual([undefined, undefined, false])
      }
    }),
    { numRuns: 500 },
  )
})
