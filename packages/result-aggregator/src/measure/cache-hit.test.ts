import { expect, test } from 'vitest'
import { okRecord } from '../testing/run.fixture.ts'
import { CacheHitMeter } from './cache-hit.ts'

function hitOf(records: readonly ReturnType<typeof okRecord>[]) {
  const meter = new CacheHitMeter()
  for (const record of records) meter.add(record)
  return meter.result()
}

test('weighted by tokens, not by requests', () => {
  const long = okRecord({ inputTokens: 9000, plannedInputTokens: 9000, cachedTokens: 9000, idealHitTokens: 9000 })
  const short = okRecord({ inputTokens: 1000, plannedInputTokens: 1000, cachedTokens: 0, idealHitTokens: 500 })
  expect(hitOf([long, short])).toEqual({ measured: 0.9, ideal: 0.95, knownRequests: 2, requests: 2 })
})

test('unknown, zero and known are three things (T11)', () => {
  const { cachedTokens: _, ...silent } = okRecord()
  expect(hitOf([silent])).toEqual({ ideal: 0.704, knownRequests: 0, requests: 1 })
  expect(hitOf([okRecord({ cachedTokens: 0 })])).toMatchObject({ measured: 0, knownRequests: 1 })
  expect(hitOf([silent, okRecord()])).toMatchObject({ measured: 0.64, knownRequests: 1, requests: 2 })
})

test('only requests that ended well count, and nothing has no rate', () => {
  expect(hitOf([okRecord({ outcome: { kind: 'cancelled' } })])).toEqual({ knownRequests: 0, requests: 0 })
})

test('where prompts came from is told in tokens, once a request tells more than how much was found', () => {
  const record = { inputTokens: 1_000, plannedInputTokens: 1_000, cachedTokens: 640 }
  expect(hitOf([okRecord(record)])).not.toHaveProperty('sources')
  const tiers = okRecord({ ...record, hostTokens: 256, diskTokens: 64 })
  const again = okRecord({ ...record, cachedTokens: 0, recomputedTokens: 900 })
  const { cachedTokens: _, ...silent } = okRecord()
  expect(
    hitOf([okRecord(record), tiers, again, silent, okRecord({ ...tiers, outcome: { kind: 'cancelled' } })]).sources,
  ).toEqual({
    ...{ promptTokens: 3_000, deviceTokens: 960, hostTokens: 256, diskTokens: 64, recomputedTokens: 900 },
  })
})
