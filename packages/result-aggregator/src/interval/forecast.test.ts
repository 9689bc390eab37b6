import fc from 'fast-check'
import { expect, test } from 'vitest'
import { halfWidthAt, neededMs, neededMsOfRate, neededRuns, type QuantilePilot } from './forecast.ts'
import { intervalFamilies } from './interval-family.ts'
import { KnownValues } from './known-values.ts'

const hour = 3_600_000
/** Of a share of 1,001 requests. */
function errorOf(standardError: number) {
  return { all: (standardError * 1_001) ** 2, plays: 0, blocks: 0 }
}
/** Everything from 0 to 1 is equally likely; a share may be off by 0.05 after an hour. */
const even: QuantilePilot = {
  values: new KnownValues(Float64Array.from({ length: 1_001 }, (_, i) => i / 1_000)),
  ...{ p: 0.6, variance: errorOf(0.05), effectivePlays: 100, measuredMs: hour, family: intervalFamilies.response },
}
const t4 = 2.7764451051977987

test('by hand: at the pilot t x 0.05 either way of 0.6, and half as far after four hours', () => {
  expect(halfWidthAt(even, hour)).toBeCloseTo((t4 * 0.05) / 0.6, 10)
  expect(halfWidthAt(even, 4 * hour)).toBeCloseTo((t4 * 0.025) / 0.6, 10)
  expect(neededMs(even, (t4 * 0.025) / 0.6)! / hour).toBeCloseTo(4, 1)
})

test('never shorter than an interval takes; and never, where a thousand pilots would not do', () => {
  expect(neededMs(even, 10)).toBe(intervalFamilies.response.leastMeasuredMs)
  expect(neededMs({ ...even, family: intervalFamilies.pace }, 10)).toBe(hour)
  expect(neededMs(even, 0.0001)).toBeUndefined()
})

test('with few plays the reach itself shrinks as plays become more', () => {
  // Three plays give two degrees of freedom, twelve give four.
  const few = { ...even, effectivePlays: 3, variance: errorOf(0.02) }
  expect(halfWidthAt(few, hour)! / halfWidthAt(few, 4 * hour)!).toBeCloseTo((2 * 4.302652729911275) / t4, 8)
})

test('a median has the degrees of freedom of one', () => {
  expect(halfWidthAt({ ...even, p: 0.5 }, hour)).toBeCloseTo((3.182446305284263 * 0.05) / 0.5, 10)
})

test('beyond what was seen, or in what the end cut off, there is nothing to tell', () => {
  expect(halfWidthAt({ ...even, p: 0.9 }, hour)).toBeUndefined()
  const cut = new KnownValues(Float64Array.from({ length: 100 }, (_, i) => (i < 55 ? i + 1 : Infinity)))
  expect(
    halfWidthAt({ ...even, p: 0.5, values: cut, variance: { all: 25, plays: 0, blocks: 0 } }, hour),
  ).toBeUndefined()
  expect(halfWidthAt({ ...even, values: cut, p: 0.5, variance: { all: 1, plays: 0, blocks: 0 } }, hour)).toBeDefined()
})

test('a rate by its logarithm: sinh of half of it', () => {
  const pilot = { measuredMs: hour, family: intervalFamilies.rate, logHalfWidth: 0.2 }
  expect(neededMsOfRate(pilot, Math.sinh(0.1))! / hour).toBeCloseTo(4, 1)
  expect(neededMsOfRate(pilot, 3)).toBe(intervalFamilies.rate.leastMeasuredMs)
})

test('the first number of runs that is enough, by hand for three', () => {
  expect(neededRuns(0.1, Math.sinh((4.302652729911275 * 0.1) / Math.sqrt(3)) + 1e-9)).toBe(3)
  expect(neededRuns(0.1, Math.sinh((4.302652729911275 * 0.1) / Math.sqrt(3)) - 1e-9)).toBe(4)
  expect(neededRuns(0.1, Math.sinh((t4 * 0.1) / Math.sqrt(5)) + 1e-9)).toBe(5)
  expect(neededRuns(10, 0.01)).toBeUndefined()
})

test('whoever wants to know more exactly waits no shorter, and gets it', () => {
  const share = fc.double({ min: 0.02, max: 2, noNaN: true })
  fc.assert(
    fc.property(share, share, fc.double({ min: 0.01, max: 0.2, noNaN: true }), (one, other, standardError) => {
      const pilot = { ...even, variance: errorOf(standardError) }
      const [fine, coarse] = [Math.min(one, other), Math.max(one, other)].map((each) => neededMs(pilot, each))
      if (fine === undefined || coarse === undefined) return
      expect(fine).toBeGreaterThanOrEqual(coarse)
      expect(halfWidthAt(pilot, fine)!).toBeLessThanOrEqual(Math.min(one, other))
    }),
  )
})
