import fc from 'fast-check'
import { expect, test } from 'vitest'
import { InvalidJson, parseJson } from './parse-json.ts'

test.each([
  ['{"a": oops}', 1, 7],
  [`{"a": ["${'x'.repeat(500)}",\n  1, ?]}`, 2, 6],
  ['{"a": 1 "b": 2}', 1, 9],
  ['{"a": 1,}', 1, 9],
  ['{"a": 01}', 1, 8],
  ['{"a": "\t"}', 1, 8],
  ['[1, 2', 1, 6],
  ['"\\x"', 1, 3],
  ['<html>', 1, 1],
  ['{} {}', 1, 4],
])('%s stops making sense at line %i, column %i', (text, line, column) => {
  expect(failureOf(text)).toMatchObject({ line, column })
})

test('the place of one wrong character is found wherever it stands', () => {
  const value = fc.array(fc.record({ id: fc.nat(), text: fc.string() }), { minLength: 1 })
  fc.assert(
    fc.property(value, fc.nat(), (list, at) => {
      // Outside of a text, a question mark is never JSON.
      const text = JSON.stringify(list, null, 1)
      const outside = [...text.matchAll(/^ {2}"id": /gm)].map((match) => match.index + match[0].length)
      const position = outside[at % outside.length]!
      const failure = failureOf(`${text.slice(0, position)}?${text.slice(position)}`)
      expect(failure.line).toBe(text.slice(0, position).split('\n').length)
      expect(failure.column).toBe('  "id": '.length + 1)
    }),
  )
})

test('what JSON allows is given back', () => {
  expect(parseJson('{"a": [1, null, "\\u0041"]}')).toEqual({ a: [1, null, 'A'] })
})

function failureOf(text: string): InvalidJson {
  try {
    parseJson(text)
  } catch (error) {
    if (error instanceof InvalidJson) return error
  }
  throw new Error('expected the text to be refused')
}

test('where a large text stops making sense is told only as far as it costs little', () => {
  const bad = (spaces: number) => failureOf(`${' '.repeat(spaces)}{"a": oops}`)
  expect(bad(3_000_000)).toMatchObject({ line: 1, column: 3_000_007 })
  expect(bad(5_000_000).column).toBeUndefined()
})

test('the line of an error among millions of lines', () => {
  expect(failureOf(`${'\n'.repeat(10_000_000)}{"a" 1}`)).toMatchObject({ line: 10_000_001, column: 6 })
})
