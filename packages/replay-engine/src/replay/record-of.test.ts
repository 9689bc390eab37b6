import type { Observer } from '@reprise/wire'
import { describe, expect, test } from 'vitest'
import { corpusOf, plainTrace, traceOf } from '../corpus.fixture.ts'
import type { Target } from '../port/target.ts'
import { parseRecord, renderRecord } from '../record/parse-record.ts'
import { rehearse } from './replay.fixture.ts'

const serverError = { kind: 'failed', class: 'server-error', status: 500, message: 'no' } as const

describe('a record', () => {
  test('tells what was planned, what happened and when', async () => {
    const { records } = await rehearse({
      corpus: corpusOf([
        traceOf('a', [{ id: 'root', turns: [{ outputTokens: 6 }, { outputTokens: 6, thinkMs: 40 }] }]),
      ]),
      script: () => ({ firstTokenMs: 100, tokenMs: 10, chunkTokens: 2, cachedTokens: 64 }),
      options: { keepChunkGaps: true, attempt: 3 },
    })
    expect(records[1]).toEqual({
      id: '0.0.0.1',
      lane: 0,
      play: 0,
      trace: 'a',
      session: 'root',
      turn: 1,
      attempt: 3,
      phase: 'profiling',
      dueMs: 190,
      sentMs: 190,
      headersMs: 290,
      firstTokenMs: 290,
      firstAnswerMs: 290,
      lastTokenMs: 340,
      doneMs: 340,
      secondReadMs: 310,
      tokensInFirstChunk: 1,
      chunkGapsMs: [20, 20, 10],
      chunks: 4,
      plannedInputTokens: 138,
      plannedOutputTokens: 6,
      inputTokens: 138,
      outputTokens: 6,
      cachedTokens: 64,
      idealHitTokens: 64,
      finishReason: 'length',
      outcome: { kind: 'ok' },
    })
    for (const record of records) expect(parseRecord(renderRecord(record))).toEqual(record)
  })

  test('has no chunk gaps unless asked for, and of a reply that failed nothing that did not happen', async () => {
    const { records } = await rehearse({
      corpus: corpusOf([plainTrace('a', 2)]),
      script: ({ turn }) => ({ firstTokenMs: 5, ...(turn === 1 && { outcome: serverError }) }),
    })
    expect(records[0]).not.toHaveProperty('chunkGapsMs')
    expect(Object.keys(records[1]!)).toEqual([
      'id',
      'lane',
      'play',
      'trace',
      'session',
      'turn',
      'attempt',
      'phase',
      'dueMs',
      'sentMs',
      'doneMs',
      'plannedInputTokens',
      'plannedOutputTokens',
      'idealHitTokens',
      'outcome',
    ])
  })

  const repliesAt = (tell: (observer: Observer) => void): Target => ({
    async send(_request, observer) {
      tell(observer)
      return { kind: 'ok' }
    },
  })

  test.each<[string, (observer: Observer) => void, object]>([
    ['on a new connection', (o) => [o.connecting(1), o.sent(3)], { connectStartMs: 1, sentMs: 3 }],
    ['on one that stood', (o) => o.sent(3), { sentMs: 3 }],
    ['on none', (o) => o.connecting(1), { connectStartMs: 1 }],
    [
      'again, since the connection that stood was dead',
      (o) => [o.sent(1), o.resent(), o.connecting(2), o.sent(4)],
      { connectStartMs: 1, sentMs: 4, resent: true },
    ],
  ])('tells the connecting from the sending: sent %s', async (_, tell, expected) => {
    const options = { target: repliesAt(tell) }
    const { records } = await rehearse({ corpus: corpusOf([plainTrace('a', 1)]), options })
    const { connectStartMs, sentMs, resent } = records[0]!
    expect({ connectStartMs, sentMs, resent }).toEqual(expected)
  })

  test('tells reasoning from answer, and that the request was sent again', async () => {
    const target: Target = {
      async send(_request, observer) {
        observer.sent(1)
        observer.resent()
        observer.chunk(2, 'reasoning', 3)
        observer.chunk(4.5, 'tool')
        return { kind: 'failed', class: 'disconnect', message: 'gone', usage: { inputTokens: 74, outputTokens: 4 } }
      },
    }
    const { records } = await rehearse({ corpus: corpusOf([plainTrace('a', 1)]), options: { target } })
    expect(records[0]).toMatchObject({
      firstTokenMs: 2,
      firstAnswerMs: 4.5,
      lastTokenMs: 4.5,
      tokensInFirstChunk: 3,
      chunks: 2,
      resent: true,
      outputTokens: 4,
      outcome: { kind: 'failed', class: 'disconnect', message: 'gone' },
    })
  })
})
