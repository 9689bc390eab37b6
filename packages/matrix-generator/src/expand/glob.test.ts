import fc from 'fast-check'
import { expect, test } from 'vitest'
import { globMatcher, isPattern } from './glob.ts'

test.each([
  ['gptoss-fp4-mi3*-vllm', 'gptoss-fp4-mi300x-vllm', true],
  ['gptoss-fp4-mi3*-vllm', 'gptoss-fp4-mi300x-vllm-x', false],
  ['*', '', true],
  ['a?c', 'abc', true],
  ['a?c', 'ac', false],
  ['mi3[025]*', 'mi325x', true],
  ['mi3[!5]*', 'mi355x', false],
  ['mi3[0-2]*', 'mi325x', true],
  ['a[]]*', 'a]x', true],
  ['a[*', 'a[x', true],
  ['a.c*', 'abc', false],
])('%s against %s', (pattern, text, expected) => {
  expect(globMatcher(pattern)(text)).toBe(expected)
})

test('a bracket alone makes no pattern', () => {
  expect([isPattern('a[b]'), isPattern('a*'), isPattern('a?')]).toEqual([false, true, true])
})

test('agrees with a regular expression on stars and question marks', () => {
  const characters = (all: string) => fc.array(fc.constantFrom(...all), { maxLength: 8 }).map((list) => list.join(''))
  fc.assert(
    fc.property(characters('ab*?'), characters('ab'), (pattern, text) => {
      const expression = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`)
      expect(globMatcher(pattern)(text)).toBe(expression.test(text))
    }),
    { numRuns: 500 },
  )
})
