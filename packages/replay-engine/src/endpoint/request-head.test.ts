import { expect, test } from 'vitest'
import { requestHeadRenderer } from './request-head.ts'

const options = { path: '/v1/chat/completions', host: 'server:8000', headers: { accept: 'text/event-stream' } }

test('a head as HTTP/1.1 wants it, with the id where there is one', () => {
  const render = requestHeadRenderer(options)
  expect(render({ bodyBytes: 12, id: '0.1.2.3' })).toBe(
    'POST /v1/chat/completions HTTP/1.1\r\nhost: server:8000\r\nconnection: keep-alive\r\naccept: text/event-stream\r\n' +
      'x-request-id: 0.1.2.3\r\ncontent-length: 12\r\n\r\n',
  )
  expect(render({ bodyBytes: 0 })).toMatch(/event-stream\r\ncontent-length: 0\r\n\r\n$/)
})

test.each(['Bearer a\r\nx-more: b', 'Bearer a\nb', 'Bearer \0', 'Bearer ключ'])(
  'a value that cannot stand there: %j',
  (authorization) => {
    expect(() => requestHeadRenderer({ ...options, headers: { authorization } })).toThrow(/authorization cannot stand/)
  },
)
