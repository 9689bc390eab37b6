import { describe, expect, test } from 'vitest'
import { okRecord, silentRecord, unansweredRecord } from '../testing/run.fixture.ts'
import { connectTime } from './connect-time.ts'
import { dispatchDelay } from './dispatch-delay.ts'
import { endToEnd, endToEndFromDue, endToEndPerToken } from './end-to-end.ts'
import { firstReadOf } from './first-read.ts'
import { longestChunkGap } from './longest-chunk-gap.ts'
import { outputCount } from './output-count.ts'
import { keptBack, replyPace } from './reply-pace.ts'
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
    ['e2e_per_token', endToEndPerToken, 600 / 11],
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

test('the longest silence in a reply, where its chunks were kept', () => {
  expect(longestChunkGap(okRecord({ chunkGapsMs: [20, 180, 0, 50] }))).toBe(180)
  expect(longestChunkGap(okRecord({ chunkGapsMs: [] }))).toBeUndefined()
  expect(longestChunkGap(okRecord())).toBeUndefined()
})

test('a reply that showed nothing, or has no token, has no time per token from end to end', () => {
  expect(endToEndPerToken(silentRecord())).toBeUndefined()
  expect(endToEndPerToken(okRecord({ outputTokens: 0 }))).toBeUndefined()
  // One token has no pace, and the user waited for it all the same.
  expect(endToEndPerToken(okRecord({ outputTokens: 1, chunks: 1, lastTokenMs: 1100 }))).toBe(100)
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

describe('what the first read brought (T5)', () => {
  const { tokensInFirstChunk: _, ...untold } = okRecord()

  test.each([
    ['told by the server', okRecord({ tokensInFirstChunk: 6, chunks: 6 }), 11, 6, 'told'],
    [
      'several chunks in one read, each told',
      okRecord({ tokensInFirstChunk: 1, chunksInFirstRead: 3, tokensInFirstRead: 7, chunks: 5 }),
      11,
      7,
      'told',
    ],
    ['as many chunks as tokens', untold, 11, 1, 'chunks'],
    ['as many chunks as tokens, several in one read', { ...untold, chunksInFirstRead: 4 }, 11, 4, 'chunks'],
    ['all at one instant', { ...untold, chunks: 3, lastTokenMs: 1100 }, 24, 24, 'chunks'],
    // 400 of 1,000 bytes: 40 of 100 tokens.
    [
      'by its share of the text',
      { ...untold, chunks: 7, bytesInFirstRead: 400, payloadBytes: 1000 },
      100,
      40,
      'payload',
    ],
    // Nine chunks came later, a token each at least.
    [
      'leaving a token for each later chunk',
      { ...untold, chunks: 10, bytesInFirstRead: 9, payloadBytes: 10 },
      12,
      3,
      'payload',
    ],
    ['at least one', { ...untold, chunks: 4, bytesInFirstRead: 1, payloadBytes: 900 }, 20, 1, 'payload'],
    ['unknown: one for each chunk', { ...untold, chunks: 4, chunksInFirstRead: 2 }, 22, 2, 'guess'],
  ] as const)('%s', (_, record, tokens, expected, by) => {
    expect(firstReadOf(record, tokens)).toEqual({ tokens: expected, by })
  })

  // True: 10 ms a token. The server writes every `bundle` tokens, 4 bytes each, and counts none of them.
  test.each([20, 100])(
    'bundles of %i tokens: tpot is the true pace, and not that of a first chunk of one token',
    (bundle) => {
      const tokens = 230
      const instants = Array.from(
        { length: Math.ceil(tokens / bundle) },
        (_, i) => 10 * Math.min(tokens, (i + 1) * bundle),
      )
      const record = {
        ...untold,
        sentMs: 0,
        firstTokenMs: instants[0]!,
        lastTokenMs: instants.at(-1)!,
        chunks: instants.length,
        outputTokens: tokens,
        plannedOutputTokens: tokens,
        bytesInFirstRead: 4 * bundle,
        payloadBytes: 4 * tokens,
      }
      expect(timePerOutputToken(record)).toBeCloseTo(10, 9)
      expect(interTokenLatency(record)).toBeCloseTo((10 * (tokens - bundle)) / (tokens - 1), 9)
    },
  )
})

describe('all at once shows no pace: undefined, and never 0 or infinite', () => {
  const atOnce = okRecord({
    chunks: 24,
    outputTokens: 24,
    plannedOutputTokens: 24,
    chunksInFirstRead: 24,
    lastTokenMs: 1100,
  })

  test.each([
    ['every chunk in one read', atOnce],
    ['one piece of JSON', okRecord({ chunks: 1, outputTokens: 24, tokensInFirstChunk: 24, lastTokenMs: 1100 })],
    [
      'two reads, the second with the last token alone',
      { ...atOnce, chunksInFirstRead: 23, secondReadMs: 1100.1, lastTokenMs: 1100.1 },
    ],
    [
      'two reads far apart, the second with the last token alone',
      { ...atOnce, chunksInFirstRead: 23, secondReadMs: 1350, lastTokenMs: 1350 },
    ],
    ['many reads, as fast as a buffer empties', { ...atOnce, chunksInFirstRead: 1, lastTokenMs: 1100.4 }],
    ['two tokens in one read', { ...atOnce, chunks: 2, outputTokens: 2, chunksInFirstRead: 2 }],
  ])('%s', (_, record) => {
    expect(replyPace(record)).toEqual({ kind: 'unseen' })
    expect([timePerOutputToken(record), interTokenLatency(record)]).toEqual([undefined, undefined])
  })

  test('two tokens in two reads have one: 250 ms', () => {
    const two = okRecord({ chunks: 2, outputTokens: 2, tokensInFirstChunk: 1, lastTokenMs: 1350 })
    expect(timePerOutputToken(two)).toBe(250)
  })

  test('half of the chunks in the first read: the pace is that of the others', () => {
    // 12 chunks at 1,100, and 12 more until 1,700: 50 ms each.
    const { tokensInFirstChunk: _, ...half } = { ...atOnce, chunksInFirstRead: 12, lastTokenMs: 1700 }
    expect(timePerOutputToken(half)).toBe(50)
  })
})

describe('tokens that were kept back', () => {
  const silent = silentRecord()

  test('all of them: no time to a first token, no pace', () => {
    expect(keptBack(silent)).toBe('all')
    expect(replyPace(silent)).toEqual({ kind: 'hidden' })
    expect([timeToFirstToken(silent), timePerOutputToken(silent), endToEnd(silent)]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })
  test('none was generated, or nobody says so', () => {
    expect(keptBack({ ...silent, outputTokens: 0 })).toBeUndefined()
    const { outputTokens: _, ...untold } = silent
    expect(keptBack(untold)).toBeUndefined()
    expect(outputCount(untold)).toBeUndefined()
  })
  test('some: fewer bytes of text than tokens', () => {
    // 1,050 tokens, of which 50 were shown: by usage the pace would be 0.48 ms.
    const { tokensInFirstChunk: _, ...some } = okRecord({
      chunks: 50,
      outputTokens: 1050,
      bytesInFirstRead: 4,
      payloadBytes: 200,
    })
    expect(keptBack(some)).toBe('some')
    expect(timePerOutputToken(some)).toBeUndefined()
    expect(keptBack({ ...some, payloadBytes: 4200 })).toBeUndefined()
    expect(keptBack({ ...some, chunks: 1050 })).toBeUndefined()
  })
  test('before the first chunk, where the server tells how many: the pace of the others is known', () => {
    const told = okRecord({
      chunks: 51,
      outputTokens: 1050,
      tokensInFirstChunk: 1000,
      bytesInFirstRead: 4,
      payloadBytes: 204,
    })
    expect(keptBack(told)).toBe('some')
    expect(timePerOutputToken(told)).toBe(10)
  })
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
