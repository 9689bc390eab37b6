import { describe, expect, test } from 'vitest'
import { parseResponseHead } from './http-response-head.ts'
import { MalformedHttp } from './malformed-http.ts'

const headOf = (...lines: string[]) => parseResponseHead(lines.join('\r\n'))

describe('parseResponseHead', () => {
  test('status and fields; names in lower case, equal names joined', () => {
    const { status, headers } = headOf('HTTP/1.1 429 Too Many Requests', 'X-A:1', 'x-a: \t2 \t', 'Empty:')
    expect(status).toBe(429)
    expect([...headers]).toEqual([
      ['x-a', '1, 2'],
      ['empty', ''],
    ])
  })

  test.each<[string, string[], object]>([
    ['a length', ['HTTP/1.1 200 OK', 'Content-Length: 12'], { body: 12, keepsAlive: true }],
    ['no reason phrase', ['HTTP/1.1 200', 'Content-Length: 0'], { body: 0, keepsAlive: true }],
    ['chunks', ['HTTP/1.1 200 OK', 'Transfer-Encoding: Chunked'], { body: 'chunked', keepsAlive: true }],
    ['neither', ['HTTP/1.1 200 OK'], { body: 'until-close', keepsAlive: false }],
    ['no content', ['HTTP/1.1 204 No Content'], { body: 0, keepsAlive: true }],
    ['not modified, whatever length it tells', ['HTTP/1.1 304 x', 'Content-Length: 9'], { body: 0, keepsAlive: true }],
    ['interim', ['HTTP/1.1 103 Early Hints', 'Link: a'], { body: 0 }],
    ['close', ['HTTP/1.1 200 OK', 'Content-Length: 1', 'Connection: x, Close'], { keepsAlive: false }],
    ['1.0', ['HTTP/1.0 200 OK', 'Content-Length: 1'], { keepsAlive: false }],
    ['1.0 kept', ['HTTP/1.0 200 OK', 'Content-Length: 1', 'Connection: keep-alive'], { keepsAlive: true }],
    [
      '1.0 with chunks',
      ['HTTP/1.0 200 OK', 'Transfer-Encoding: chunked', 'Connection: keep-alive'],
      { body: 'chunked', keepsAlive: false },
    ],
    [
      'the time that the server waits',
      ['HTTP/1.1 204 x', 'Keep-Alive: max=9, timeout=5'],
      { keepAliveMs: 5_000, keepsAlive: true },
    ],
    ['letters beyond ASCII', ['HTTP/1.1 200 \xe9', 'a: \xfc'], { status: 200 }],
  ])('%s', (_, lines, expected) => {
    expect(headOf(...lines)).toMatchObject(expected)
  })

  test.each<[string, string[]]>([
    ['another protocol', ['ICY 200 OK']],
    ['another version', ['HTTP/2.0 200 OK']],
    ['a status of two digits', ['HTTP/1.1 20 OK']],
    ['a status that cannot be', ['HTTP/1.1 600 OK']],
    ['a field without a colon', ['HTTP/1.1 200 OK', 'nonsense']],
    ['a field without a name', ['HTTP/1.1 200 OK', ': a']],
    ['space before the colon', ['HTTP/1.1 200 OK', 'Content-Length : 5']],
    ['a folded field', ['HTTP/1.1 200 OK', 'a: b', ' c']],
    ['a control character', ['HTTP/1.1 200 OK', 'a: b\0c']],
    ['two lengths', ['HTTP/1.1 200 OK', 'Content-Length: 5', 'Content-Length: 6']],
    ['a negative length', ['HTTP/1.1 200 OK', 'Content-Length: -5']],
    ['a length with a sign', ['HTTP/1.1 200 OK', 'Content-Length: +5']],
    ['a length past all numbers', ['HTTP/1.1 200 OK', `Content-Length: ${'9'.repeat(16)}`]],
    ['a length and chunks', ['HTTP/1.1 200 OK', 'Content-Length: 5', 'Transfer-Encoding: chunked']],
    ['a coding that nobody asked for', ['HTTP/1.1 200 OK', 'Transfer-Encoding: gzip, chunked']],
    ['another protocol from here on', ['HTTP/1.1 101 Switching Protocols', 'Upgrade: h2c']],
  ])('%s is refused', (_, lines) => {
    expect(() => headOf(...lines)).toThrow(MalformedHttp)
  })
})
