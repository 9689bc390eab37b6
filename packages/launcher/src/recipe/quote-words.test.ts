import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { quoteCommand } from './quote-words.ts'

test('a shell reads back the very words', () => {
  const word = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((text) => !text.includes('\0'))
  fc.assert(
    fc.property(fc.array(word, { maxLength: 6 }), (words) => {
      const line = quoteCommand(['printf', '%s\\0', ...words])
      const read = execFileSync('/bin/sh', ['-c', line], { encoding: 'utf8', timeout: 10_000 }).split('\0').slice(0, -1)
      expect(read).toEqual(words.length === 0 ? [''] : words)
    }),
    { numRuns: 40 },
  )
})

test('a long command is folded between flags, never between a flag and its value', () => {
  const argv = [
    'vllm',
    'serve',
    'm',
    ...Array.from({ length: 12 }, (_, i) => [`--flag-number-${i}`, 'some-value']).flat(),
  ]
  const lines = quoteCommand(argv, { A: 'b c' }, { width: 60, indent: '  ' }).split('\n')
  expect(lines[0]).toBe("  A='b c' vllm serve m --flag-number-0 some-value \\")
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(60)
  expect(lines.slice(1).every((line) => /^ {4}--flag/.test(line))).toBe(true)
})
