import fc from 'fast-check'
import { expect, test } from 'vitest'
import { KeyMap } from './key-map.ts'

/** Keys that share places: of a table of 64 each has every eighth number, more or less. */
const keys = fc.integer({ min: 1, max: 40 }).map((number) => (number % 2 === 0 ? number : number * 2 ** 34 + 1))

test('has what was set last and not deleted, as a plain map has', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(keys, fc.constantFrom('set', 'set', 'delete')), { minLength: 80, maxLength: 300 }),
      (moves) => {
        const [map, plain] = [new KeyMap<number>(), new Map<number, number>()]
        for (const [at, [key, move]] of moves.entries()) {
          if (move === 'set') {
            map.set(key, at)
            plain.set(key, at)
          } else {
            map.delete(key)
            plain.delete(key)
          }
          expect(map.size).toBe(plain.size)
        }
        for (let number = 0; number <= 41; number += 1)
          for (const key of [number, number * 2 ** 34 + 1]) if (key > 0) expect(map.get(key)).toBe(plain.get(key))
      },
    ),
  )
})

test('grows, and loses nothing', () => {
  const map = new KeyMap<number>()
  for (let key = 1; key <= 5000; key += 1) map.set(key * 2 ** 20 + 1, key)
  for (let key = 1; key <= 5000; key += 2) map.delete(key * 2 ** 20 + 1)
  expect(map.size).toBe(2500)
  for (let key = 1; key <= 5000; key += 1) expect(map.get(key * 2 ** 20 + 1)).toBe(key % 2 === 0 ? key : undefined)
})
