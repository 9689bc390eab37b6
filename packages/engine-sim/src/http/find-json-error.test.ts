import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findJsonError } from './find-json-error.ts'

// Positions and words as Python's json module gives them.
test.each([
  ['', 0, 'Expecting value'],
  ['{"model": "tiny", oops', 18, 'Expecting property name enclosed in double quotes'],
  ['{"a": }', 6, 'Expecting value'],
  ['{"a" 1}', 5, "Expecting ':' delimiter"],
  ['{"a": 1 "b": 2}', 8, "Expecting ',' delimiter"],
  ['[1, 2', 5, "Expecting ',' delimiter"],
  ['[1, [2, nul]]', 8, 'Expecting value'],
  ['{} {}', 3, 'Extra data'],
  ['{"a": "\u007f\\u00e9\\n" oops', 18, "Expecting ',' delimiter"],
  ['{"a": "\\x"}', 6, 'Unterminated string or bad character in it'],
  ['{"a": "\n"}', 6, 'Unterminated string or bad character in it'],
  ['{"a": "b', 6, 'Unterminated string or bad character in it'],
])('%j', (text, at, message) => {
  expect(findJsonError(text)).toEqual({ at, message })
})

test('wherever a JSON text is cut short, the error lies within it', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 3 }), fc.nat(), (value, cut) => {
      const text = JSON.stringify([value])
      const short = text.slice(0, cut % text.length)
      const { at } = findJsonError(short)
      expect(at).toBeLessThanOrEqual(short.length)
      expect(at).toBeGreaterThanOrEqual(0)
    }),
  )
})

test('a text of many open brackets is an error, not a crash', () => {
  expect(findJsonError('['.repeat(1_000_000))).toEqual({ at: 0, message: 'Nested too deeply' })
})
