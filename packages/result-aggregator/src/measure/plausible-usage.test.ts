import { expect, test } from 'vitest'
import { okRecord, runHeader } from '../testing/run.fixture.ts'
import { buildResult } from './build-result.ts'
import { plausibleUsage } from './plausible-usage.ts'

const phases = [{ phase: 'profiling', startMs: 0, endMs: 1_800_000 }] as const

test('counts that can be stay as they are', () => {
  for (const record of [okRecord(), okRecord({ cachedTokens: 1000 }), okRecord({ cachedTokens: 0 })]) {
    expect(plausibleUsage(record)).toBe(record)
  }
})

test('more cached tokens than the prompt has are unknown, also where the prompt is known by the plan alone', () => {
  const { inputTokens: _, ...silent } = okRecord()
  for (const record of [okRecord({ cachedTokens: 1001 }), { ...silent, cachedTokens: 1001 }]) {
    const { cachedTokens, ignoredUsage } = plausibleUsage(record)
    expect({ cachedTokens, ignoredUsage }).toEqual({ cachedTokens: undefined, ignoredUsage: ['cached-above-input'] })
  }
})

test('a prompt of no tokens, and a reply of none that showed some, are unknown', () => {
  const record = plausibleUsage(okRecord({ inputTokens: 0, outputTokens: 0, cachedTokens: 0 }))
  expect(record).toMatchObject({ cachedTokens: 0, ignoredUsage: ['zero-input', 'zero-output'] })
  expect(Object.keys(record)).not.toContain('inputTokens')
  expect(Object.keys(record)).not.toContain('outputTokens')
})

test('what was ignored is counted, named, and in no number', () => {
  // A gateway that counts prompts without the cached part: 4,120 cached of 1,000 is a hit rate of 412 %.
  const records = [
    ...Array.from({ length: 150 }, (_, i) => okRecord({ id: `0.${i}.0.0`, cachedTokens: 640 })),
    ...Array.from({ length: 50 }, (_, i) => okRecord({ id: `1.${i}.0.0`, cachedTokens: 4120 })),
    okRecord({ id: '2.0.0.0', ignoredUsage: ['fell-back', 'not-a-count'] }),
    okRecord({ id: '3.0.0.0', outcome: { kind: 'cancelled' }, ignoredUsage: ['fell-back'] }),
  ]
  const { cacheHit, ignoredUsage, validity } = buildResult({ header: runHeader(), records, phases, ended: 'window' })
  expect(cacheHit.measured).toBeCloseTo(0.64, 12)
  expect(cacheHit).toMatchObject({ knownRequests: 151, requests: 201 })
  expect(ignoredUsage).toEqual({
    requests: 51,
    reasons: { 'cached-above-input': 50, 'fell-back': 1, 'not-a-count': 1 },
  })
  expect(validity.reasons).toContain(
    'implausible-usage: 51 of 201 replies came with token counts that cannot be (50 cached-above-input, 1 fell-back, 1 not-a-count); ' +
      'these are taken as unknown. Mend what the server, or a gateway before it, reports as usage.',
  )
  expect(validity.reasons.filter((reason) => reason.startsWith('cache-carryover'))).toEqual([])
})
