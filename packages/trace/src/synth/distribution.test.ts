import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { agentShapes } from './agent-shapes.ts'
import { type Distribution, valueAt } from './distribution.ts'
import { randomFor, shuffled, wholeBetween } from './random.ts'

const tables = [agentShapes.root, agentShapes.subagent, agentShapes.family].flatMap((shape) =>
  Object.values(shape).filter((each): each is Distribution => Array.isArray(each) && Array.isArray(each[0])),
)

describe('valueAt', () => {
  test('gives the known quantiles, and geometric means between them', () => {
    const distribution = [
      [0, 1],
      [0.5, 10],
      [1, 1000],
    ] as const
    expect([0, 0.5, 1].map((share) => valueAt(distribution, share))).toEqual([1, 10, 1000])
    expect(valueAt(distribution, 0.75)).toBeCloseTo(100)
  })

  test('rises with the share in every recorded shape', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(fc.constantFrom(...tables), share, share, (shape, a, b) => {
        const [low, high] = [valueAt(shape, Math.min(a, b)), valueAt(shape, Math.max(a, b))]
        expect(low).toBeLessThanOrEqual(high * (1 + 1e-12))
        expect(low).toBeGreaterThanOrEqual(shape[0]![1] * (1 - 1e-12))
      }),
    )
  })
})

describe('randomFor', () => {
  test('draws the same for the same purpose, and differently for another', () => {
    const draw = (...purpose: (string | number)[]) => Array.from({ length: 4 }, randomFor(1, ...purpose))
    expect(draw('a', 1)).toEqual(draw('a', 1))
    expect(draw('a', 1)).not.toEqual(draw('a', 2))
    expect(draw('a', 1)).not.toEqual(draw('a1'))
  })

  test('is uniform: ten bins of 20,000 draws, over neighbouring seeds', () => {
    const bins = new Array<number>(10).fill(0)
    for (let seed = 0; seed < 2000; seed += 1) {
      const random = randomFor(seed, 'bins')
      for (let draw = 0; draw < 10; draw += 1) bins[Math.floor(random() * 10)]! += 1
    }
    // Chi-squared with 9 degrees of freedom: 27.9 is passed once in a thousand seeds, and the seeds are fixed.
    expect(bins.reduce((sum, count) => sum + (count - 2000) ** 2 / 2000, 0)).toBeLessThan(27.9)
  })
})

test('a shuffle holds every number once', () => {
  const order = shuffled(randomFor(1, 'order'), 100)
  expect(order).not.toEqual(order.toSorted((a, b) => a - b))
  expect(order.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, index) => index))
})

test('whole numbers include both ends', () => {
  const random = randomFor(1, 'ends')
  const drawn = new Set(Array.from({ length: 200 }, () => wholeBetween(random, 3, 5)))
  expect([...drawn].sort()).toEqual([3, 4, 5])
})
