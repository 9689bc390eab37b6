import fc from 'fast-check'
import { expect, test } from 'vitest'
import { idOf, saidWords, wordOf } from './words.ts'

test('every id of the vocabulary is one word, and that word has this id', () => {
  const words = Array.from({ length: saidWords }, (_, id) => wordOf(id))
  expect(new Set(words).size).toBe(saidWords)
  expect(words.map((word) => idOf(word!))).toEqual(words.map((_, id) => id))
})

test('any other word has an id beyond the vocabulary, which is no word', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (word) => {
      fc.pre(!/^([bdfghjklmnprstvz][aeiou]){2}$/.test(word))
      expect(idOf(word)).toBeGreaterThan(saidWords)
      expect(idOf(word)).toBeLessThan(2 ** 19)
      expect(wordOf(idOf(word))).toBeUndefined()
    }),
  )
})
