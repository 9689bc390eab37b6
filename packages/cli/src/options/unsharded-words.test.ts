import { expect, test } from 'vitest'
import { unshardedWords } from './unsharded-words.ts'

test('what makes a command a shard is taken away, and nothing else', () => {
  const words = [
    'replay',
    '--shard',
    '1/4',
    '--url',
    'http://a',
    '--start-at=+3',
    '--profile-after',
    '5m',
    '--lanes',
    '8',
  ]
  expect(unshardedWords(words)).toEqual(['replay', '--url', 'http://a', '--lanes', '8'])
})
