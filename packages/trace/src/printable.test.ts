import { expect, test } from 'vitest'
import { printable } from './printable.ts'
import { renderProblem } from './problem.ts'

test('control, bidirectional and line-breaking characters become spaces', () => {
  expect(printable('a\u001b[31mred\r\nb\u202ec\u2028d')).toBe('a [31mred b c d')
})

test('what is too long is cut, not in the middle of a character', () => {
  expect(printable('x'.repeat(200), 10)).toBe('xxxxxxxxx…')
  expect(printable('12345678😀😀', 10)).toBe('12345678…')
})

test('a problem is printed with its place as far as it is known', () => {
  const message = 'not valid JSON'
  expect(renderProblem({ severity: 'error', file: 'a.json', line: 3, column: 7, message })).toBe(
    'a.json:3:7: not valid JSON',
  )
  expect(renderProblem({ severity: 'error', file: 'a\n.json', trace: 't\u0007', message })).toBe(
    'a .json: t: not valid JSON',
  )
})
