import fc from 'fast-check'
import { expect, test } from 'vitest'
import { seededRandom, shuffledOrder } from './seeded-random.ts'

test('the same seed and purpose give the same numbers; another seed, purpose or number gives others', () => {
  const take = (random: () => number) => Array.from({ length: 5 }, random)
  const numbers = take(seededRandom(42, 'start turn', 3))
  expect(take(seededRandom(42, 'start turn', 3))).toEqual(numbers)
  const others = [seededRandom(43, 'start turn', 3), seededRandom(42, 'start turn', 4), seededRandom(42, 'order', 3)]
  for (const other of others) expect(take(other)).not.toEqual(numbers)
})

test('first numbers of neighbouring streams are spread evenly over [0, 1)', () => {
  const tenths = new Array<number>(10).fill(0)
  for (let lane = 0; lane < 10_000; lane += 1) tenths[Math.floor(seededRandom(42, 'lane', lane)() * 10)]! += 1
  for (const count of tenths) expect(Math.abs(count - 1_000)).toBeLessThan(150)
})

test('a shuffle holds every index once', () => {
  fc.assert(
    fc.property(fc.nat({ max: 300 }), fc.nat(), (count, seed) => {
      const order = [...shuffledOrder(count, seededRandom(seed))]
      expect(order.toSorted((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i))
    }),
  )
})

test('every order of three comes up about as often', () => {
  const counts = new Map<string, number>()
  for (let seed = 0; seed < 6_000; seed += 1) {
    const order = shuffledOrder(3, seededRandom(seed, 'shuffle')).join('')
    counts.set(order, (counts.get(order) ?? 0) + 1)
  }
  expect(counts.size).toBe(6)
  for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(150)
})
