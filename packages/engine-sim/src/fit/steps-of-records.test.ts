import { expect, test } from 'vitest'
import type { MeasuredRequest } from '../logged-plan/measured-requests.ts'
import { stepsOfRecords } from './steps-of-records.ts'

const request = (
  id: string,
  sentMs: number,
  promptTokens: number,
  outputTokens: number,
  cachedTokens = 0,
): MeasuredRequest => ({
  ...{ id, sentMs, promptTokens, outputTokens, cachedTokens },
  firstMs: 0,
  lastMs: 0,
})
const limits = { tokensPerStep: 8, maxSequences: 4, isPrefillAlone: false }
/** Every step lasts 10 ms. */
const timing = { stepMs: () => 10, wayMs: 0 }

test('a prompt beyond the budget takes two steps, and the second of two waits for what is left of the step under way', () => {
  const found = stepsOfRecords([request('a', 0, 12, 2), request('b', 4, 5, 2, 1)], limits, timing)
  expect(found.map((each) => each.request.id)).toEqual(['a', 'b'])
  const [a, b] = found
  // Steps: a8 | a4 b4 | a1 b1. b came after 4 of 10 ms, so 0.6 of the first step are its own.
  expect(a!.toFirst).toEqual([2, 16, expect.closeTo((8 * 4.5 + 4 * 10.5 + 4 * 3.5) / 1e6, 12), 0, 0])
  expect(a!.toLast).toEqual([1, 0, 0, 2, expect.closeTo((13 + 6) / 1e3, 12)])
  expect(b!.toFirst[0]).toBeCloseTo(1.6, 12)
  expect(b!.toFirst[1]).toBeCloseTo(0.6 * 8 + 8, 12)
  expect(b!.toLast).toEqual(a!.toLast)
})

test('where prompts have steps of their own, a reply stands still meanwhile; no more run than may', () => {
  const requests = [request('a', 0, 4, 3), request('b', 5, 4, 1), request('c', 6, 4, 1)]
  // a4 | b4 c4 | a1 | a1
  const alone = stepsOfRecords(requests, { ...limits, isPrefillAlone: true }, timing)
  expect(alone.find((each) => each.request.id === 'a')!.toLast.slice(0, 2)).toEqual([3, 8])
  // a4 | a1 b4 | a1 c4: c waits for its place.
  const mixed = stepsOfRecords(requests, { ...limits, maxSequences: 2 }, timing)
  expect(mixed.map((each) => each.request.id)).toEqual(['b', 'a', 'c'])
  expect(mixed.find((each) => each.request.id === 'a')!.toLast.slice(0, 2)).toEqual([2, 8])
  expect(mixed.find((each) => each.request.id === 'c')!.toFirst[0]).toBeCloseTo(2.4, 12)
})

test('a lone last token of a prompt is a decode, or a prompt where the engine has steps that extend', () => {
  const requests = [request('a', 0, 9, 1, 8)]
  expect(stepsOfRecords(requests, limits, timing)[0]!.toFirst.slice(0, 4)).toEqual([1, 0, 0, 1])
  const [extended] = stepsOfRecords(requests, { ...limits, hasExtends: true }, timing)
  expect(extended!.toFirst.slice(0, 4)).toEqual([1, 1, 9 / 1e6, 0])
})
