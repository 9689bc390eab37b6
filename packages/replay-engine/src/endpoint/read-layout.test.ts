import { expect, test } from 'vitest'
import { readLayout } from './read-layout.ts'

test('tokens before each message, and behind the last', () => {
  expect(readLayout([9, 8, 1, 2, 7, 3, 6, 6], [9, 8, 2, 3, 7, 1, 6, 6], [2, 1])).toEqual([2, 1, 2])
  expect(readLayout([1, 2, 3], [2, 3, 1], [2, 1])).toEqual([0, 0, 0])
})

test.each([
  ['a word that is two tokens', [9, 1, 2], [9, 3, 4], [1]],
  ['another number of tokens', [9, 1], [9, 1, 2], [1]],
  ['a word that became another, or none', [9, 1, 9, 3], [9, 2, 9, 4], [2]],
  ['a date that moved on between the two', [5, 9, 1], [6, 9, 2], [1]],
  ['too few words', [9, 1], [9, 2], [1, 1]],
])('%s: not told', (_, one, other, lengths) => {
  expect(readLayout(one, other, lengths)).toBeUndefined()
})
