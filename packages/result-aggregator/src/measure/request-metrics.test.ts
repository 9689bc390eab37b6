import { describe, expect, test } from 'vitest'
import { okRecord, unansweredRecord } from '../run.fixture.ts'
import { connectTime } from './connect-time.ts'
import { dispatchDelay } from './dispatch-delay.ts'
import { endToEnd, endToEndFromDue } from './end-to-end.ts'
import { firstChunkUnknown, outputCount } from './output-count.ts'
import { interTokenLatency, timePerOutputToken } from './time-per-token.ts'
import { timeToFirstAnswerToken, timeToFirstToken, timeToFirstTokenFromDue } from './time-to-first-token.ts'

describe('a plain reply', () => {
  const record = okRecord()

  test.each([
    ['ttft', timeToFirstToken, 100],
    ['ttfat', timeToFirstAnswerToken, 100],
    ['co_ttft', timeToFirstTokenFromDue, 110],
    ['e2e', endToEnd, 600],
    ['co_e2e', endToEndFromDue, 610],
    ['dispatch_delay', dispatchDelay, 10],
    ['tpot', timePerOutputToken, 50],
    ['itl_compat', interTokenLatency, 50],
  ])('%s', (_, metric, expected) => {
    expect(metric(record)).toBe(expected)
  })
})

describe('a new connection', () => {
  // Tried 10 ms after it was due; 20 ms of handshake until it is sent at 1,000.
  const record = okRecord({ dueMs: 970, connectStartMs: 980 })

  test('its handshake is neither the lateness of the client nor the time to the first token', () => {
    expect([dispatchDelay(record), connectTime(record), timeToFirstToken(record)]).toEqual([10, 20, 100])
    expect(timeToFirstTokenFromDue(record)).toBe(130)
  })
  test('one that stood already took no time, and that is not 0', () => {
    expect(connectTime(okRecord())).toBeUndefined()
  })
  test('one that never stood: how late the client was is known, and nothing else', () => {
    const { sentMs: _, ...unsent } = unansweredRecord({ kind: 'failed', class: 'connect', message: '' })
    const refused = { ...unsent, connectStartMs: 1000 }
    expect([dispatchDelay(refused), connectTime(refused), timeToFirstToken(refused)]).toEqual([
      10,
      undefined,
      undefined,
    ])
  })
})

test('reasoning first: the first token of any kind, and the first of the answer (T2, T3)', () => {
  const record = okRecord({ firstTokenMs: 1100, firstAnswerMs: 1400 })
  expect(timeToFirstToken(record)).toBe(100)
  expect(timeToFirstAnswerToken(record)).toBe(400)
})

test('a reply that only reasons has no answer token', () => {
  const { firstAnswerMs: _, ...record } = okRecord()
  expect(timeToFirstAnswerToken(record)).toBeUndefined()
})

test('a first chunk of k tokens is not spread over the rest (T5)', () => {
  // Six tokens at 1,100 and five more until 1,600: 100 ms each. The parity column spreads 500 ms over ten.
  const record = okRecord({ tokensInFirstChunk: 6, chunks: 6 })
  expect(timePerOutputToken(record)).toBe(100)
  expect(interTokenLatency(record)).toBe(50)
})

test('several tokens per chunk: tpot is per token, whatever the chunks (T4)', () => {
  const record = okRecord({
    outputTokens: 21,
    tokensInFirstChunk: 1,
    chunks: 6,
    chunkGapsMs: [100, 100, 100, 100, 100],
  })
  expect(timePerOutputToken(record)).toBe(25)
})

test('usage and end markers after the last token do not count (T6)', () => {
  expect(endToEnd(okRecord({ lastTokenMs: 1600, doneMs: 9000 }))).toBe(600)
})

describe('one token or none has no time per token, and it is not 0 (T8)', () => {
  test.each([
    ['one token', okRecord({ outputTokens: 1, lastTokenMs: 1100, chunks: 1 })],
    ['no token', okRecord({ outputTokens: 0 })],
    ['all in one chunk', okRecord({ outputTokens: 11, tokensInFirstChunk: 11, chunks: 1, lastTokenMs: 1100 })],
  ])('%s', (_, record) => {
    expect(timePerOutputToken(record)).toBeUndefined()
    expect(interTokenLatency(record)).toBeUndefined()
  })

  test('all in one chunk of unknown size', () => {
    const { tokensInFirstChunk: _, ...record } = okRecord({ chunks: 1, lastTokenMs: 1100 })
    expect(timePerOutputToken(record)).toBeUndefined()
  })
})

describe('where the token count comes from (T7)', () => {
  const { outputTokens: _, ...silent } = okRecord({ chunks: 9 })

  test('the usage of the server first', () => {
    expect(outputCount(okRecord({ outputTokens: 13 }))).toEqual({ tokens: 13, by: 'usage' })
  })
  test('then the length asked for, where the server stopped at it', () => {
    expect(outputCount(silent)).toEqual({ tokens: 11, by: 'length' })
  })
  test('then the chunks', () => {
    expect(outputCount({ ...silent, finishReason: 'stop' })).toEqual({ tokens: 9, by: 'chunks' })
    expect(outputCount({ ...silent, outcome: { kind: 'cancelled' } })).toEqual({ tokens: 9, by: 'chunks' })
  })
  test('else it is unknown', () => {
    expect(outputCount(unansweredRecord({ kind: 'cancelled' }))).toBeUndefined()
  })
})

test('an unknown first chunk is a doubt only where chunks and tokens differ (T5)', () => {
  const { tokensInFirstChunk: _, ...record } = okRecord({ chunks: 11 })
  expect(firstChunkUnknown(record, 11)).toBe(false)
  expect(firstChunkUnknown(record, 22)).toBe(true)
  expect(firstChunkUnknown(okRecord({ chunks: 3 }), 22)).toBe(false)
})

test('a request that was never answered has no latency, only its lateness', () => {
  const record = unansweredRecord({ kind: 'failed', class: 'timeout', message: '' })
  expect([timeToFirstToken, endToEnd, endToEndFromDue, timePerOutputToken].map((metric) => metric(record))).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ])
  expect(dispatchDelay(record)).toBe(10)
})
