import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { ChunkTemplate } from '../chunk-template.ts'
import { parseRawReply } from '../raw-reply.ts'
import { ReplyObservation } from './reply-observation.ts'
import { ReplyReader } from './reply-reader.ts'

const captures = new URL('../../fixtures/', import.meta.url)

describe('a capture, its events read one by one at instants of our own', () => {
  test('a stream: when each part came, and what it came to', () => {
    expect(replayOf('stream-usage')).toEqual({
      reply: {
        headersMs: 100,
        firstTokenMs: 120,
        firstAnswerMs: 120,
        secondReadMs: 130,
        lastTokenMs: 140,
        chunkGapsMs: [10, 10],
        bytesInFirstRead: 4,
        payloadBytes: 17,
        chunks: 3,
      },
      outcome: { kind: 'ok', finishReason: 'length', usage: { inputTokens: 40, outputTokens: 4, cachedTokens: 32 } },
    })
  })

  test('reasoning comes before the answer', () => {
    const { reply } = replayOf('stream-reasoning')
    expect(reply.firstAnswerMs! - reply.firstTokenMs!).toBe(20)
  })

  test('an error inside a stream ends it', () => {
    expect(replayOf('stream-error').outcome).toEqual({
      kind: 'failed',
      class: 'error-in-stream',
      status: 200,
      message: 'the engine has died',
    })
  })

  test('a reply in one piece is one chunk, told at its end', () => {
    expect(replayOf('chat-full')).toEqual({
      reply: {
        headersMs: 100,
        firstTokenMs: 900,
        firstAnswerMs: 900,
        lastTokenMs: 900,
        tokensInFirstChunk: 3,
        bytesInFirstRead: 13,
        payloadBytes: 13,
        chunks: 1,
      },
      outcome: { kind: 'ok', finishReason: 'length', usage: { inputTokens: 23, outputTokens: 3, cachedTokens: 16 } },
    })
  })

  test('a redirect is no complaint about the request: it says where it points, without what may be secret there', () => {
    const reader = new ReplyReader(new ReplyObservation({ keepChunkGaps: false }), new ChunkTemplate())
    reader.begin({ status: 307, headers: new Map([['location', 'https://me:secret@gateway/v2?key=secret']]) })
    expect(reader.end(1)).toEqual({
      kind: 'failed',
      class: 'malformed-reply',
      status: 307,
      message: 'HTTP status 307 (it points to https://gateway/v2: redirects are not followed)',
    })
  })

  test('a refusal has its class, and its wish to be asked later', () => {
    const { outcome } = replayOf('error-model', { 'retry-after': '7' })
    expect(outcome).toMatchObject({ kind: 'failed', class: 'unknown-model', status: 404 })
    expect(outcome).toHaveProperty('message', expect.stringContaining('(Retry-After: 7)'))
    expect(replayOf('error-context').outcome).toMatchObject({ kind: 'truncated', status: 400 })
  })
})

/** The head at 100 ms, an event every 10 ms after it, the end at 900 ms. */
function replayOf(name: string, more: Readonly<Record<string, string>> = {}) {
  const { status, headers, body } = parseRawReply(readFileSync(new URL(`${name}.http`, captures)))
  const observation = new ReplyObservation({ keepChunkGaps: true })
  const reader = new ReplyReader(observation, new ChunkTemplate())
  observation.headers(100)
  let outcome = reader.begin({ status, headers: new Map([...headers, ...Object.entries(more)]) })
  let from = 0
  for (let atMs = 110; from < body.length; atMs += 10) {
    const blank = body.indexOf('\n\n', from)
    const end = blank < 0 ? body.length : blank + 2
    outcome ??= reader.read(body, from, end, atMs)
    from = end
  }
  outcome ??= reader.end(900)
  return { reply: observation.reply(), outcome }
}
