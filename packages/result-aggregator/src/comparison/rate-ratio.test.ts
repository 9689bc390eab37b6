import { expect, test } from 'vitest'
import { comparedRun, type TurnScript, wobble } from './compared.fixture.ts'
import { hitDifference } from './hit-difference.ts'
import { pairYields, rateRatio } from './rate-ratio.ts'
import { TurnPairs } from './turn-pairs.ts'

function outputOf(b: (lane: number, turn: number) => TurnScript, a: typeof b = () => ({})) {
  const runs = { a: comparedRun(a), b: comparedRun(b) }
  const { clusters } = new TurnPairs(runs.a, runs.b)
  return rateRatio('output', { ...runs, clusters, yields: pairYields(runs.a, runs.b) })
}

test('a run beside itself yields the same, for certain', () => {
  expect(outputOf(() => ({}))).toMatchObject({ value: 1, estimate: { low: 1, high: 1 } })
})

test('a tenth of the turns left out of every play and time is a tenth less', () => {
  const { value, estimate } = outputOf((lane, turn) => ((lane + turn) % 10 === 0 ? { end: 'failed' } : {}))
  expect(value).toBeCloseTo(0.9, 2)
  const { low, high } = estimate as { low: number; high: number }
  expect(low).toBeLessThan(value!)
  expect(high).toBeLessThan(1)
})

test('what plays yield unlike each other on both sides alike cancels out', () => {
  // Lanes yield from none to all of their turns, in both runs.
  const uneven = (lane: number, turn: number): TurnScript => (turn % 8 > lane ? { end: 'failed' } : {})
  expect(outputOf(uneven, uneven)).toMatchObject({ value: 1, estimate: { low: 1, high: 1 } })
})

test('one that failed everything has no ratio', () => {
  expect(outputOf(() => ({ end: 'failed' })).estimate).toEqual({ notEstimable: 'not-measured' })
})

test('hits: by how much more of the same prompts was found', () => {
  const found = (b: (lane: number, turn: number) => number) =>
    hitDifference(
      new TurnPairs(
        comparedRun(),
        comparedRun((lane, turn) => ({ cachedTokens: b(lane, turn) })),
      ),
    )
  expect(found(() => 740)).toEqual({
    ...{ a: expect.closeTo(0.64, 12), b: expect.closeTo(0.74, 12), value: expect.closeTo(0.1, 12) },
    estimate: { low: expect.closeTo(0.1, 12), high: expect.closeTo(0.1, 12) },
  })
  const { value, estimate } = found((lane, turn) => Math.round(740 + 100 * wobble(lane, turn)))
  const { low, high } = estimate as { low: number; high: number }
  expect([low < value!, value! < high, high - low < 0.1]).toEqual([true, true, true])
})
