import { expect, test } from 'vitest'
import { printable } from './printable.ts'

test('control, bidirectional and line-breaking characters become spaces', () => {
  expect(printable('a\u001b[31mred\r\nb\u202ec\u2028d')).toBe('a [31mred b c d')
})

test('what is too long is cut, not in the middle of a character', () => {
  expect(printable('x'.repeat(200), 10)).toBe('xxxxxxxxx…')
  expect(printable('12345678😀😀', 10)).toBe('12345678…')
})
