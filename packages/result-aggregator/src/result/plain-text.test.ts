import { expect, test } from 'vitest'
import { plainText } from './plain-text.ts'

test('control characters, line breaks and direction marks go, the rest stays', () => {
  expect(plainText('a\u001b[31mb\r\nc\u202ed\u2028e \t é😀')).toBe('a [31mb c d e é😀')
})

test('a long text is cut between characters', () => {
  expect(plainText('😀'.repeat(20), 10)).toBe(`${'😀'.repeat(7)}...`)
})
