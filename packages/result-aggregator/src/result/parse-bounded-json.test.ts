import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseBoundedJson, UnsafeJsonError } from './parse-bounded-json.ts'

test('what JSON.stringify writes comes back', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
      fc.pre(!JSON.stringify(value).includes('__proto__'))
      expect(parseBoundedJson(JSON.stringify(value))).toEqual(JSON.parse(JSON.stringify(value)))
    }),
  )
})

test.each([
  ['deep nesting', '['.repeat(100_000)],
  ['deep nesting that is well-formed', `${'{"a":'.repeat(33)}1${'}'.repeat(33)}`],
  ['a key that reaches a prototype', '{"a": [{"__proto__": {"done": true}}]}'],
  ['the same, escaped', '{"__pro\\u0074o__": 1}'],
  ['an infinite number', '{"ttft": 1e999}'],
  ['NaN', '{"ttft": NaN}'],
  ['a torn text', '{"a": 1'],
  ['a key twice', '{"metrics": {"p90": 1, "p50": 2, "p90": 100}}'],
  ['a key twice, once escaped', '[{"p90": 1, "p\\u00390" : 100}]'],
])('%s is refused', (_, text) => {
  expect(() => parseBoundedJson(text)).toThrow(UnsafeJsonError)
})

test('a key in two objects, or as a text, is not there twice', () => {
  const text = '{"a": {"b": 1}, "b": [{"a": 1}, {"a": "a"}], "c": ["a", "a"], "d\\"e": "a"}'
  expect(parseBoundedJson(text)).toEqual(JSON.parse(text))
})

test('brackets and quotes in strings are no nesting', () => {
  const text = JSON.stringify({ a: `\\"${'[{'.repeat(50)}` })
  expect(parseBoundedJson(text)).toEqual(JSON.parse(text))
})
