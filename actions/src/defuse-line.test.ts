import fc from 'fast-check'
import { expect, test } from 'vitest'
import { defuseLine } from './defuse-line.ts'
import { LogWriter } from './log-writer.ts'

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
  expect(defuseLine(line)).toBe(safe)
})

test('annotations of ours pass where they are expected, and nothing else does', () => {
  const ours = ['::error file=a.yaml,line=1,col=2,title=key::no such key', '::notice title=unused-file::no job']
  for (const line of ours) expect(defuseLine(line, { annotations: true })).toBe(line)
  const others = ['::add-mask::x', '::error::x', '::error file=a,line=1::x', '::notice title=a::b ##[add-mask]c']
  for (const line of others) expect(defuseLine(line, { annotations: true })).toMatch(/^> /)
})

test('however a log arrives, no line of it is a command', () => {
  const mark = fc.constantFrom(
    '::',
    '##[',
    'set-output name=a::',
    '\r',
    '\n',
    '\r\n',
    ' ',
    '\u0085',
    '\u001c',
    ']',
    'word',
  )
  fc.assert(
    fc.property(fc.array(fc.array(mark).map((parts) => parts.join(''))), (chunks) => {
      const written: string[] = []
      const log = new LogWriter((line) => written.push(line), { annotations: false })
      for (const chunk of chunks) log.write(chunk)
      log.end()
      for (const line of written.join('').split(/\r\n|[\r\n]/)) {
        // As .NET's TrimStart counts blanks.
        expect(line.replace(/^[\s\p{Cc}]+/u, '').startsWith('::') || line.includes('##[')).toBe(false)
      }
    }),
  )
})

test('the last line is kept, without the properties of an annotation', () => {
  const log = new LogWriter(() => {}, { annotations: true })
  log.write('first\n::error file=a.yaml,line=1,col=2,title=key::no such')
  log.write(' key; write one of b\n\n')
  expect(log.lastLine).toBe('no such key; write one of b')
})
