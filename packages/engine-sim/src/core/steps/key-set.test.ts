import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mixKey } from '../mix-key.ts'
import { KeySet } from './key-set.ts'

test('has what was added, each once, and nothing else', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(5000), { maxLength: 3000 }), (numbers) => {
      const keys = numbers.map((number) => (number % 2 === 0 ? mixKey(1, number) : number + 1))
      const set = new KeySet()
      for (const key of keys) set.add(key)
      expect(set.size).toBe(new Set(keys).size)
      expect(keys.every((key) => set.has(key))).toBe(true)
      expect([mixKey(2, 1), 6000, 2 ** 52 - 1].some((key) => set.has(key))).toBe(false)
    }),
    { numRuns: 30, seed: 1 },
  )
})
