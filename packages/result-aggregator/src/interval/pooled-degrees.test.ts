import { expect, test } from 'vitest'
import { pooledDegrees } from './pooled-degrees.ts'

const of = (plays: number, blocks: number) =>
  pooledDegrees({ effectivePlays: 21, variance: { all: plays + blocks, plays, blocks } }, 1.5)

test('by hand: of plays alone, of blocks alone, of both', () => {
  expect(of(3, 0)).toBeCloseTo(20, 12)
  expect(of(0, 3)).toBeCloseTo(1.5, 12)
  // 16 / (9 / 20 + 1 / 1.5)
  expect(of(3, 1)).toBeCloseTo(16 / (0.45 + 2 / 3), 12)
})

test('it is how they share that matters, and where nothing differs plays count', () => {
  expect(of(30, 10)).toBeCloseTo(of(3, 1), 12)
  expect(of(0, 0)).toBe(20)
})

test('of two plays or fewer there is one degree', () => {
  const few = { effectivePlays: 1.2, variance: { all: 1, plays: 1, blocks: 0 } }
  expect(pooledDegrees(few, 1.5)).toBe(1)
})
