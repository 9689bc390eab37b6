import { expect, test } from 'vitest'
import { clientStalls } from './client-stalls.ts'
import type { MeasuredRequest } from './measured-requests.ts'

const request = (fields: Partial<MeasuredRequest>): MeasuredRequest => ({
  ...{
    id: 'a',
    sentMs: 0,
    firstMs: 100,
    lastMs: 600,
    promptTokens: 50,
    outputTokens: 51,
    chunks: 51,
    longestGapMs: 15,
  },
  ...fields,
})
/** An engine that gives a token each 10 ms at best: tokens that come in less than 5 had waited. */
const stallsOf = (...requests: MeasuredRequest[]) => clientStalls(requests, 10)

test('a client that sends and reads as an engine goes never stood still', () => {
  expect(stallsOf(request({ dueMs: -19 }), request({ id: 'b', sentMs: 40, longestGapMs: 300, lastMs: 850 }))).toEqual(
    [],
  )
})

test('it stood still from when a request was due until it was sent, or was seen', () => {
  const late = request({ dueMs: 200, sentMs: 700, firstMs: 800, lastMs: 1_300 })
  const later = request({ dueMs: 650, sentMs: 703, firstMs: 800, lastMs: 1_300 })
  expect(stallsOf(late, later)).toEqual([{ fromMs: 200, toMs: 700 }])
  expect(stallsOf(late, later, request({ id: 'b' }))).toEqual([
    { fromMs: 200, toMs: 600 },
    { fromMs: 650, toMs: 700 },
  ])
})

test('a reply that came all at once had waited since the client was seen last', () => {
  const atOnce = request({ sentMs: 10, firstMs: 900, lastMs: 902, longestGapMs: 0.1 })
  expect(stallsOf(atOnce)).toEqual([{ fromMs: 10, toMs: 900 }])
  // Its other reply ended at 600.
  expect(stallsOf(atOnce, request({ id: 'b' }))).toEqual([{ fromMs: 600, toMs: 900 }])
})

test('a silence is one of the client where the tokens outside of it came at once; it ended when the client was seen after as long', () => {
  // 49 tokens in 100 ms beside a silence of 400: it began between 100 and 200.
  const silent = request({ longestGapMs: 400 })
  expect(stallsOf(silent)).toEqual([{ fromMs: 200, toMs: 600 }])
  const seen = (sentMs: number) => request({ id: 'b', sentMs, firstMs: 700, lastMs: 1_200 })
  expect(stallsOf(silent, seen(540))).toEqual([{ fromMs: 140, toMs: 540 }])
  // Seen in the midst of it, whenever it was.
  expect(stallsOf(silent, seen(400))).toEqual([])
})

test('what came in few chunks, or does not tell of chunks, tells nothing', () => {
  const atOnce = { sentMs: 10, firstMs: 900, lastMs: 900, longestGapMs: 0 }
  expect(stallsOf(request({ ...atOnce, chunks: 3 }))).toEqual([])
  const { chunks: _, ...untold } = request(atOnce)
  expect(stallsOf(untold)).toEqual([])
})
