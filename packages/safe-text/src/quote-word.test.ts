import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { quoteWord } from './quote-word.ts'

const shells = ['/bin/sh', '/bin/bash'].filter((shell) => {
  try {
    return execFileSync(shell, ['-c', 'echo ok'], { encoding: 'utf8' }) === 'ok\n'
  } catch {
    return false
  }
})

function readBy(shell: string, words: readonly string[]): string[] {
  const line = ['printf', '%s\\0', ...words].map(quoteWord).join(' ')
  return execFileSync(shell, ['-c', line], { encoding: 'utf8' }).split('\0').slice(0, -1)
}

test.each(shells)('%s reads back words that it would expand', (shell) => {
  const words = [
    '{a,b}',
    '{1..3}',
    '{port},{a,b}',
    'x{a,b}y',
    '~',
    '*',
    '$HOME',
    '`id`',
    '',
    "it's",
    'a b',
    '#x',
    '!x',
    'a\nb',
  ]
  expect(readBy(shell, words)).toEqual(words)
})

test.each(shells)('%s reads back any word', (shell) => {
  const word = fc.string({ unit: fc.constantFrom(...'{}.,a1~$\'"\\ *?[]=-:/'), maxLength: 12 })
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 40 }), (words) => {
      expect(readBy(shell, words)).toEqual(words)
    }),
    { numRuns: 25 },
  )
})

test('what a shell would leave alone has no quotes', () => {
  for (const word of ['--port', '{port}', '127.0.0.1:{port}/v1', 'a=b', '/x/y_z.yaml', '50%', 'a@b'])
    expect(quoteWord(word)).toBe(word)
})
