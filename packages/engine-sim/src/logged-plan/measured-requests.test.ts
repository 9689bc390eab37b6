import { expect, test } from 'vitest'
import { parseMeasuredRequests } from './measured-requests.ts'

const record = (changes: object) =>
  JSON.stringify({
    ...{ id: 'a', phase: 'profiling', outcome: { kind: 'ok' }, dueMs: 0, sentMs: 0 },
    ...{ firstTokenMs: 10, lastTokenMs: 20, inputTokens: 100, outputTokens: 2, cachedTokens: 64, ...changes },
  })

test('a request that failed may be told of again, and of one that was answered no more is told', () => {
  const failed = record({ outcome: { kind: 'failed' } })
  expect(parseMeasuredRequests([failed, record({})], 'f')).toMatchObject([{ id: 'a', cachedTokens: 64 }])
  // Two runs in one file would be served at once by the engine that is fitted.
  expect(() => parseMeasuredRequests([record({}), record({ id: 'b' }), record({ sentMs: 5 })], 'f')).toThrow(
    'f:3: a was answered in line 1 already; name the records of one run',
  )
})

test('no more is found than a prompt has, in either form', () => {
  expect(() => parseMeasuredRequests([record({ cachedTokens: 101 })], 'f')).toThrow('f:1: a found 101 tokens of 100;')
  const logged = JSON.stringify({ req: 'r', in: 10, out: 1, cached: 11, sent: 0, first: 1, last: 1 })
  expect(() => parseMeasuredRequests([logged], 'f')).toThrow('f:1: r found 11 tokens of 10;')
})
