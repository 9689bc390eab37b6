import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { EventStream } from './event-stream.ts'
import { parseRawReply } from './raw-reply.fixture.ts'

type Serve = (path: string, stream: EventStream) => void

/** Sends requests for these paths at once on one connection; what came, until the server closed it. */
async function replies(paths: readonly string[], serve: Serve, opens: 'now' | 'late' = 'now') {
  const server = createServer((request, response) => serve(request.url ?? '', new EventStream(response, opens)))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const bytes = await new Promise<Buffer>((resolve, reject) => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
    const pieces: Buffer[] = []
    socket.on('data', (piece) => pieces.push(piece))
    socket.on('end', () => resolve(Buffer.concat(pieces)))
    socket.on('error', reject)
    const last = paths.length - 1
    for (const [i, path] of paths.entries())
      socket.write(`GET ${path} HTTP/1.1\r\nhost: test\r\n${i === last ? 'connection: close\r\n' : ''}\r\n`)
  })
  // A character a byte, as chunks are counted.
  const [, ...texts] = bytes.toString('latin1').split('HTTP/1.1 ')
  return texts.map((text) => parseRawReply(`HTTP/1.1 ${text}`))
}

function tell(stream: EventStream, ...events: readonly string[]): void {
  for (const event of events) stream.put(event)
  stream.flush()
}

test.each(['now', 'late'] as const)('every event is one, whatever its bytes; opened %s', async (opens) => {
  const [reply] = await replies(
    ['/'],
    (_, stream) => {
      tell(stream, 'one')
      tell(stream, 'two', 'näher 漢')
      stream.put('three', 'named')
      stream.end()
      stream.flush()
    },
    opens,
  )
  expect(reply!.headers['transfer-encoding']).toBe('chunked')
  expect(Buffer.from(reply!.body, 'latin1').toString()).toBe(
    'data: one\n\ndata: two\n\ndata: näher 漢\n\nevent: named\ndata: three\n\n',
  )
})

test('a stream that waits behind another on its connection loses nothing', async () => {
  let first: EventStream | undefined
  const found = await replies(['/first', '/second'], (path, stream) => {
    tell(stream, `${path} 1`)
    tell(stream, `${path} 2`)
    if (path === '/first') {
      first = stream
      return
    }
    for (const each of [stream, first!]) {
      each.put('last')
      each.end()
      each.flush()
    }
  })
  expect(found.map(({ body }) => body)).toEqual(
    ['/first', '/second'].map((path) => `data: ${path} 1\n\ndata: ${path} 2\n\ndata: last\n\n`),
  )
})
