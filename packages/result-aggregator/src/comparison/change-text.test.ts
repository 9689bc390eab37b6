import { expect, test } from 'vitest'
import { changeText, intervalChangeText, sizeText, withinText } from './change-text.ts'

const ratio = { name: 'output', kind: 'ratio', better: 'more', verdict: 'higher' } as const

test.each([
  [1.1234, '+12 %'],
  [1.0341, '+3.4 %'],
  [0.9, '-10 %'],
  [0.99999, '±0 %'],
  [1, '±0 %'],
])('a ratio of %d is %s', (value, text) => {
  expect(changeText({ kind: 'ratio' }, value)).toBe(text)
})

test('shares differ by points', () => {
  expect(changeText({ kind: 'difference' }, -0.0123)).toBe('-1.2 points')
  expect(intervalChangeText({ kind: 'difference', low: -0.02, high: 0.004 })).toBe('-2 to +0.4 points')
})

test('more and less are said without a sign, the nearer end first', () => {
  expect(sizeText({ ...ratio, value: 1.12, low: 1.08, high: 1.16 })).toBe('12 % (95 % interval 8-16 %)')
  expect(sizeText({ ...ratio, value: 0.88, low: 0.84, high: 0.92 })).toBe('12 % (95 % interval 8-16 %)')
})

test('both ends of a narrow interval are told apart', () => {
  expect(sizeText({ ...ratio, value: 1.03, low: 1.0296, high: 1.0301 })).toBe('3 % (95 % interval 2.96-3.01 %)')
  expect(intervalChangeText({ kind: 'ratio', low: 1.0296, high: 1.0301 })).toBe('+2.96 to +3.01 %')
  expect(intervalChangeText({ kind: 'ratio', low: 1, high: 1 })).toBe('±0 to ±0 %')
})

test('what is within a bound is never said to be within less', () => {
  expect(withinText({ kind: 'ratio', low: 0.981, high: 1.0141 })).toBe('1.9 %')
  expect(withinText({ kind: 'ratio', low: 0.999, high: 1.04101 })).toBe('4.2 %')
  expect(withinText({ kind: 'ratio', low: 0.7, high: 1.201 })).toBe('30 %')
  expect(withinText({ kind: 'ratio', low: 1, high: 1 })).toBe('0 %')
})
