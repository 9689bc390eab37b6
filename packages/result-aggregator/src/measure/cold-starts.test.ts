import type { RequestRecord } from '@reprise/replay-engine'
import { expect, test } from 'vitest'
import { okRecord, unansweredRecord } from '../testing/run.fixture.ts'
import { ColdStartMeter } from './cold-starts.ts'

function coldStartsOf(records: readonly RequestRecord[]) {
  const meter = new ColdStartMeter()
  for (const record of records) meter.add(record)
  return meter.result()
}

/** The `n`-th sent, with so long to its first token. 360 of its 1,000 tokens are computed: a shape of 256. */
const sent = (n: number, ttftMs: number, changes: Partial<RequestRecord> = {}) =>
  okRecord({ id: `0.0.0.${n}`, sentMs: n * 1_000, firstTokenMs: n * 1_000 + ttftMs, ...changes })

const usual = Array.from({ length: 12 }, (_, i) => sent(i + 1, 100))

test('a first request three times as slow as nine in ten of the later ones of its shape', () => {
  expect(coldStartsOf([sent(0, 301), ...usual])).toEqual({
    shapes: 1,
    coldShapes: 1,
    requests: 1,
    worst: [{ id: '0.0.0.0', shapeTokens: 256, ttftMs: 301, usualP90Ms: 100 }],
    ttftP99WithoutMs: 100,
  })
  expect(coldStartsOf([sent(0, 300), ...usual])).toEqual({ shapes: 1, coldShapes: 0, requests: 0, worst: [] })
})

test('first is what was sent first, in whatever order the replies end', () => {
  const late = [...usual, sent(0, 900)]
  expect(coldStartsOf(late)?.requests).toBe(1)
  // The fourth is none of the first three.
  expect(coldStartsOf([...usual.filter(({ id }) => id !== '0.0.0.4'), sent(4, 900)])?.requests).toBe(0)
})

test('a shape is what had to be computed: with nothing cached the same prompts are another', () => {
  const cold = [
    sent(0, 900, { cachedTokens: 0 }),
    ...Array.from({ length: 11 }, (_, i) => sent(20 + i, 200, { cachedTokens: 0 })),
  ]
  expect(coldStartsOf([...cold, ...usual])).toMatchObject({
    shapes: 2,
    coldShapes: 1,
    worst: [{ shapeTokens: 512, usualP90Ms: 200 }],
    ttftP99WithoutMs: 200,
  })
})

test('too few to tell, and requests without a first token', () => {
  expect(coldStartsOf(usual.slice(0, 10))).toBeUndefined()
  expect(coldStartsOf([unansweredRecord({ kind: 'cancelled' })])).toBeUndefined()
})
