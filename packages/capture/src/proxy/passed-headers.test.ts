import { expect, test } from 'vitest'
import { headerIn, passedHeaders } from './passed-headers.ts'

test('case, order and repeats stay; what is of the connection goes; the host is the upstream', () => {
  const raw = [
    ...['Host', 'localhost:1', 'X-Two', 'a', 'Connection', 'keep-alive, X-Mine', 'x-two', 'b', 'X-Mine', 'gone'],
    ...['Transfer-Encoding', 'chunked', 'AUTHORIZATION', 'Bearer k', 'Keep-Alive', 'timeout=5', 'TE', 'trailers'],
  ]
  expect(passedHeaders(raw, { host: 'up.example' })).toEqual([
    ...['Host', 'up.example', 'X-Two', 'a', 'x-two', 'b', 'AUTHORIZATION', 'Bearer k'],
  ])
})

test('a connection cannot take the length of a body away', () => {
  expect(passedHeaders(['Connection', 'Content-Length', 'Content-Length', '3'])).toEqual(['Content-Length', '3'])
})

test('a header is found by its name in lower case', () => {
  expect(headerIn(['X-A', '1', 'x-a', '2'], 'x-a')).toBe('1')
  expect(headerIn(['X-A', '1'], 'x-b')).toBeUndefined()
})
