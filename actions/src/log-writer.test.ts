import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LogWriter } from './log-writer.ts'

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
