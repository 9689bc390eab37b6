import type { RequestRecord } from '@reprise/replay-engine'
import { okRecord } from '@reprise/result-aggregator/testing'
import { expect, test } from 'vitest'
import { compareInstants } from './compare-instants.ts'
import { servedInstantsOf } from './served-instants.ts'

const window = { startMs: 0, endMs: 10_000 }

const recordOf = (fields: Partial<RequestRecord>) =>
  okRecord({ dueMs: 100, sentMs: 100, firstTokenMs: 151, chunkGapsMs: [20, 21], doneMs: 200, ...fields })

/** The server's clock began 1,000 ms after the client's. */
const served = (fields: object = {}) => {
  const entry = { id: 'chatcmpl-0.0.0.0', receivedMs: -899.5, firstTokenMs: -850.5, writeMs: [-850, -830, -810] }
  return servedInstantsOf([JSON.stringify({ ...entry, ...fields })])
}

test('errors are the client less the server, on one clock', () => {
  const errors = compareInstants({ records: [recordOf({})], served: served(), offsetMs: 1_000, window })
  expect(errors).toEqual({
    chunks: 3,
    unmatched: 0,
    ttftErrorMs: { n: 1, p50: 1, p99: 1, min: 1, max: 1 },
    // Written at 150, 170, 190; come at 151, 171, 192.
    chunkErrorMs: { n: 3, p50: 1, p99: expect.closeTo(1.98, 9), min: 1, max: 2 },
    gapErrorMs: { n: 2, p50: 0.5, p99: expect.closeTo(0.99, 9), min: 0, max: 1 },
    sendDelayMs: { n: 1, p50: 0.5, p99: 0.5, min: 0.5, max: 0.5 },
    serverDelayMs: { n: 1, p50: 0.5, p99: 0.5, min: 0.5, max: 0.5 },
  })
})

test('what came outside the window does not count', () => {
  const late = { startMs: 160, endMs: 180 }
  const errors = compareInstants({ records: [recordOf({})], served: served(), offsetMs: 1_000, window: late })
  expect(errors).toMatchObject({ chunks: 1, unmatched: 0, chunkErrorMs: { n: 1, max: 1 } })
  expect(errors).not.toHaveProperty('ttftErrorMs')
})

test.each([
  ['not in the server log', {}, servedInstantsOf([])],
  ['of another number of chunks', {}, served({ writeMs: [-850, -830] })],
])('a reply %s is counted as unmatched', (_, fields, log) => {
  const errors = compareInstants({ records: [recordOf(fields)], served: log, offsetMs: 1_000, window })
  expect(errors).toEqual({ chunks: 3, unmatched: 1 })
})

test('a failed request has chunks, and no errors of instants', () => {
  const failed = recordOf({ outcome: { kind: 'failed', class: 'disconnect', message: 'gone' } })
  expect(compareInstants({ records: [failed], served: served(), offsetMs: 1_000, window })).toEqual({
    chunks: 3,
    unmatched: 0,
  })
})
