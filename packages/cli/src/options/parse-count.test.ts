import { expect, test } from 'vitest'
import { parseCount } from './parse-count.ts'

test.each([
  ['500', 500],
  ['10k', 10_000],
  ['10K', 10_000],
  ['1.5M', 1_500_000],
  ['2m', 2_000_000],
])('%s is %i', (text, count) => {
  expect(parseCount(1)(text)).toBe(count)
})

test.each(['', '0', '1.5', '0.0001k', '-1', '1e3', '1G', 'k', '1 k', 'NaN', '9007199254740993'])(
  '%j is no count',
  (text) => {
    expect(() => parseCount(1)(text)).toThrow(/^Write a whole number of at least 1: 500, 10k, 1M\.$/)
  },
)
