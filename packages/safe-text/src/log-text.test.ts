import { expect, test } from 'vitest'
import { logLine, logText } from './log-text.ts'

test.each([
  ['::set-output name=url::http://evil', '> ::set-output name=url::http://evil'],
  ['  \t::add-path::/tmp', '>    ::add-path::/tmp'],
  ['\u0085::stop-commands::x', '>  ::stop-commands::x'],
  ['\u200b::debug::x', '> \u200b::debug::x'],
  ['GET / ##[set-env name=A]b', 'GET / ## [set-env name=A]b'],
  [
    '::error file=a.yaml,line=1,col=2,title=key::no such key',
    '> ::error file=a.yaml,line=1,col=2,title=key::no such key',
  ],
  ['\u001b[31mred\u001b[0m', ' [31mred [0m'],
  ['loaded std::vector in 3 s', 'loaded std::vector in 3 s'],
])('%j', (line, safe) => {
  expect(logLine(line)).toBe(safe)
})

test('annotations of ours pass where they are expected, and nothing else does', () => {
  const ours = ['::error file=a.yaml,line=1,col=2,title=key::no such key', '::notice title=unused-file::no job']
  for (const line of ours) expect(logLine(line, { annotations: true })).toBe(line)
  const others = ['::add-mask::x', '::error::x', '::error file=a,line=1::x', '::notice title=a::b ##[add-mask]c']
  for (const line of others) expect(logLine(line, { annotations: true })).toMatch(/^> /)
})

test('no word of a text begins a command, wherever its line is broken', () => {
  expect(logText('::add-mask::x')).toBe(': :add-mask::x')
  expect(logText('a\n::add-mask::x :::y std::vector')).toBe('a : :add-mask::x : : :y std::vector')
  expect(logText('GET / ##[error]x')).toBe('GET / # #[error]x')
  expect(logText('x'.repeat(2_000))).toHaveLength(1_000)
})
