import fc from 'fast-check'
import { expect, test } from 'vitest'
import { survivalOf } from './survival.ts'

test('by hand: of six, one ends at 2 and two at 4 of the four still known to last, then one of two at 7', () => {
  // Lasting: 5/6, x 2/4 = 0.417, x 1/2 = 0.208. Half have ended by 4, three quarters by 7, nine tenths at no known time.
  expect(survivalOf({ endedMs: [7, 4, 2, 4], unendedMs: [8, 3] })).toEqual({ n: 4, cutOff: 2, p50: 4, p75: 7 })
})

test('what was cut off at the instant of an end had lasted until then', () => {
  // Two of two are at risk at 5: half of them have ended.
  expect(survivalOf({ endedMs: [5], unendedMs: [5] })).toEqual({ n: 1, cutOff: 1, p50: 5 })
})

test('nothing ended, and nothing at all', () => {
  expect(survivalOf({ endedMs: [], unendedMs: [9, 1] })).toEqual({ n: 0, cutOff: 2 })
  expect(survivalOf({ endedMs: [], unendedMs: [] })).toBeUndefined()
})

test('where all have ended, a percentile is the shortest time within which that share of them had', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 60 }), (endedMs) => {
      const { p50, p90, p99, cutOff } = survivalOf({ endedMs, unendedMs: [] })!
      const sorted = [...endedMs].sort((a, b) => a - b)
      const at = (share: number) => sorted[Math.ceil(share * sorted.length - 1e-9) - 1]
      expect([p50, p90, p99, cutOff]).toEqual([at(0.5), at(0.9), at(0.99), undefined])
    }),
  )
})

test('cutting more off never makes anything look shorter', () => {
  const times = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 30 })
  fc.assert(
    fc.property(times, fc.nat(), (endedMs, pick) => {
      const whole = survivalOf({ endedMs, unendedMs: [] })!
      const cut = pick % endedMs.length
      const part = survivalOf({ endedMs: endedMs.toSpliced(cut, 1), unendedMs: [endedMs[cut]!] })!
      expect(part.p50 ?? Infinity).toBeGreaterThanOrEqual(whole.p50!)
      expect(part.p90 ?? Infinity).toBeGreaterThanOrEqual(whole.p90!)
    }),
  )
})
