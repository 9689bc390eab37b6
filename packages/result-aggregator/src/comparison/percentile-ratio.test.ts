import fc from 'fast-check'
import { expect, test } from 'vitest'
import { comparedRun, LANES, TURNS, type TurnScript, wobble } from './compared.fixture.ts'
import { percentileRatio } from './percentile-ratio.ts'
import { type PairedValues, TurnPairs } from './turn-pairs.ts'

const { clusters } = new TurnPairs(comparedRun(), comparedRun())
const valuesOf = (of: (lane: number, turn: number) => number) =>
  Float64Array.from({ length: LANES * TURNS }, (_, i) => of(i % LANES, Math.floor(i / LANES)))
const a = valuesOf((lane, turn) => 100 * Math.exp(wobble(lane, turn)))
const b = valuesOf((lane, turn) => 104 * Math.exp(wobble(lane, turn) + 0.05 * wobble(lane, turn, 7)))
const intervalOf = (values: PairedValues, p = 0.9) =>
  percentileRatio(values, p, { clusters }).estimate as { low: number; high: number }

test('the ratio of both percentiles, in an interval', () => {
  const found = percentileRatio({ a, b }, 0.9, { clusters })
  expect(found.value).toBeCloseTo(found.b! / found.a!, 12)
  const { low, high } = intervalOf({ a, b })
  expect(low).toBeLessThan(found.value!)
  expect(high).toBeGreaterThan(found.value!)
  expect(high / low).toBeLessThan(1.3)
})

test('what the same turns have in common cancels out: in another order of the turns the interval is wider', () => {
  const turned = Float64Array.from(b, (_, i) => b[(i * 7 + 13) % b.length]!)
  const [own, other] = [intervalOf({ a, b }), intervalOf({ a, b: turned })]
  expect(Math.log(other.high / other.low)).toBeGreaterThan(1.5 * Math.log(own.high / own.low))
})

test('all of B larger by a factor: so are the ratio and both ends', () => {
  const { low, high } = intervalOf({ a, b })
  fc.assert(
    fc.property(fc.double({ min: 0.1, max: 10, noNaN: true }), fc.constantFrom(0.5, 0.9), (factor, p) => {
      const own = p === 0.9 ? { low, high } : intervalOf({ a, b }, p)
      const scaled = intervalOf({ a, b: b.map((value) => value * factor) }, p)
      expect(Math.log(scaled.low / own.low / factor)).toBeCloseTo(0, 4)
      expect(Math.log(scaled.high / own.high / factor)).toBeCloseTo(0, 4)
    }),
    { numRuns: 8 },
  )
})

test('A beside B is B beside A turned round', () => {
  const [own, turned] = [intervalOf({ a, b }), intervalOf({ a: b, b: a })]
  expect(Math.log(own.low * turned.high)).toBeCloseTo(0, 3)
  expect(Math.log(own.high * turned.low)).toBeCloseTo(0, 3)
})

test('values that are all alike have an interval without width', () => {
  const [same, slower] = [a.map(() => 50), a.map(() => 51.5)]
  for (const p of [0.5, 0.9]) {
    expect(intervalOf({ a: same, b: same }, p)).toEqual({ low: expect.closeTo(1, 3), high: expect.closeTo(1, 3) })
    expect(intervalOf({ a: same, b: slower }, p)).toEqual({
      low: expect.closeTo(1.03, 3),
      high: expect.closeTo(1.03, 3),
    })
  }
})

test('a percentile among failed turns is none', () => {
  const failing = (lane: number, turn: number): TurnScript => ((lane + turn) % 5 === 0 ? { end: 'failed' } : {})
  const pairs = new TurnPairs(comparedRun(), comparedRun(failing))
  expect(percentileRatio(pairs.latencies('ttft'), 0.9, pairs)).toEqual({
    a: 170,
    estimate: { notEstimable: 'failures' },
  })
  expect(percentileRatio(pairs.latencies('ttft'), 0.5, pairs).b).toBeGreaterThan(130)
})

test('of the far tail nobody can tell, and of nothing neither', () => {
  expect(percentileRatio({ a, b }, 0.99, { clusters }).estimate).toEqual({ notEstimable: 'beyond-values' })
  const none = a.map(() => Number.NaN)
  expect(percentileRatio({ a: none, b: none }, 0.5, { clusters })).toEqual({
    estimate: { notEstimable: 'not-measured' },
  })
})
