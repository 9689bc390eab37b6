import fc from 'fast-check'
import { expect, test } from 'vitest'
import { KeyNumbers } from './key-numbers.ts'

/** Few keys, so that they are taken out and put back; some of 52 bits, many of which share their low ones. */
const key = fc.oneof(
  fc.integer({ min: 1, max: 40 }),
  fc.integer({ min: 1, max: 40 }).map((high) => high * 2 ** 40),
)
const change = fc.tuple(key, fc.integer({ min: 0, max: 3 }))

test('it holds what a map holds, whatever is put in and taken out', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 400 }), (changes) => {
      const [numbers, map] = [new KeyNumbers(), new Map<number, number>()]
      for (const [of, number] of changes) {
        numbers.set(of, number)
        if (number === 0) map.delete(of)
        else map.set(of, number)
      }
      expect(numbers.size).toBe(map.size)
      for (const [of] of changes) expect(numbers.get(of)).toBe(map.get(of) ?? 0)
    }),
  )
})

test('it grows, and finds all that it had', () => {
  const numbers = new KeyNumbers()
  for (let at = 1; at <= 5_000; at += 1) numbers.set(at * 2 ** 20, -at)
  for (let at = 1; at <= 5_000; at += 2) numbers.set(at * 2 ** 20, 0)
  expect(numbers.size).toBe(2_500)
  for (let at = 1; at <= 5_000; at += 1) expect(numbers.get(at * 2 ** 20)).toBe(at % 2 === 1 ? 0 : -at)
})
