import { expect, test } from 'vitest'
import { printable } from './printable.ts'

test('control, bidirectional and line-breaking characters become spaces', () => {
  expect(printable('a\u001b[31mred\r\nb\u202ec\u2028d')).toBe('a [31mred b c d')
})

test('one line, single blanks, nothing that moves the cursor or changes direction', () => {
  expect(printable('a\u001b[31mb\r\nc\u202ed\u2028e \t é😀')).toBe('a [31mb c d e é😀')
  expect(printable('half a character: \ud83d')).toBe('half a character:')
  expect(printable('of nobody: \ue000, and of nothing: \u0378')).toBe('of nobody: , and of nothing:')
})

test('what is too long is cut, not in the middle of a character', () => {
  expect(printable('x'.repeat(200), 10)).toBe('xxxxxxxxx…')
  expect(printable('12345678😀😀', 10)).toBe('12345678…')
})

test('the limit holds, and no character is cut in two', () => {
  expect(printable('x'.repeat(300), 200)).toBe(`${'x'.repeat(199)}…`)
  expect(printable('😀'.repeat(300), 200)).toBe(`${'😀'.repeat(99)}…`)
  expect(printable('😀'.repeat(300), 200).length).toBeLessThanOrEqual(200)
  expect(printable('x'.repeat(200), 200)).toHaveLength(200)
})

test('no more than a beginning is searched, and what comes after it is told of', () => {
  expect(printable(`a${' '.repeat(10_000)}b`, 10)).toBe('a…')
  expect(printable(`a${'\n'.repeat(10_000)}`, 10)).toBe('a')
  expect(printable(`a${' '.repeat(100)}b`, Number.POSITIVE_INFINITY)).toBe('a b')
})

test('blanks are kept where they mean something, and nothing else is', () => {
  expect(printable('a\u0000  b\u202e\r\n c', 20, { keepBlanks: true })).toBe('a   b  c')
})
