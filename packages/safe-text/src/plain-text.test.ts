import { expect, test } from 'vitest'
import { plainText } from './plain-text.ts'

test('one line, single blanks, nothing that moves the cursor or changes direction', () => {
  expect(plainText('a\u001b[31mb\r\nc\u202ed\u2028e \t é😀')).toBe('a [31mb c d e é😀')
  expect(plainText('half a character: \ud83d')).toBe('half a character:')
})

test('the limit holds, and no character is cut in two', () => {
  expect(plainText('x'.repeat(300))).toBe(`${'x'.repeat(199)}…`)
  expect(plainText('😀'.repeat(300))).toBe(`${'😀'.repeat(99)}…`)
  expect(plainText('😀'.repeat(300)).length).toBeLessThanOrEqual(200)
  expect(plainText('x'.repeat(200))).toHaveLength(200)
})
