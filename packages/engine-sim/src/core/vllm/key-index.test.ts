import fc from 'fast-check'
import { expect, test } from 'vitest'
import { KeyIndex } from './key-index.ts'

/** Few keys and few chains, so that keys and chains are shared all the time. */
const moves = fc.array(fc.record({ block: fc.integer({ min: 1, max: 11 }), key: fc.integer({ min: 1, max: 5 }) }), {
  maxLength: 200,
})

test('agrees with lists in insertion order, whatever is added and removed, and whatever is guessed', () => {
  fc.assert(
    fc.property(moves, fc.nat(11), (list, guess) => {
      const index = new KeyIndex(12)
      const held = new Map<number, number>()
      for (const { block, key } of list) {
        if (held.delete(block)) index.remove(block)
        else {
          index.add(block, key)
          held.set(block, key)
        }
        expect(index.size).toBe(held.size)
        expect(index.has(block)).toBe(held.has(block))
        for (let wanted = 1; wanted <= 5; wanted += 1) {
          const oldest = [...held].find(([, heldKey]) => heldKey === wanted)?.[0] ?? 0
          expect(index.first(wanted)).toBe(oldest)
          expect(index.first(wanted, guess)).toBe(oldest)
        }
      }
    }),
  )
})

test('holds keys of 52 bits apart that share their low 32 bits', () => {
  const index = new KeyIndex(8)
  index.add(1, 7)
  index.add(2, 7 + 2 ** 32)
  index.add(3, 7 + 2 ** 51)
  expect([index.first(7), index.first(7 + 2 ** 32), index.first(7 + 2 ** 51), index.first(8)]).toEqual([1, 2, 3, 0])
})
