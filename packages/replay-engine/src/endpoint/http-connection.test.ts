import { createServer, type Server as HttpServer, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { Server } from 'node:net'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, describe, expect, onTestFinished, test } from 'vitest'
import { connectionTo, type Exchanged, listen, post, rawServer } from './http-connection.fixture.ts'
import type { HttpConnection } from './http-connection.ts'
import { MalformedHttp } from './malformed-http.ts'
import { selfSigned } from './self-signed.fixture.ts'

const closing: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** Long enough for several reads. */
const long = Array.from({ length: 40_000 }, (_, i) => i.toString(36)).join(' ')

const shapes: Readonly<Record<string, { readonly body: string; readonly answer: (response: ServerResponse) => void }>> =
  {
    'a length': { body: 'abc', answer: (response) => response.setHeader('content-length', 3).end('abc') },
    'a length, much': { body: long, answer: (response) => response.setHeader('content-length', long.length).end(long) },
    chunks: {
      body: 'abcdef',
      answer: (response) => {
        for (const piece of ['ab', 'c', 'def']) response.write(piece)
        response.end()
      },
    },
    'chunks, many and large': {
      body: long.repeat(3),
      answer: (response) => {
        for (let at = 0; at < long.length; at += 777) response.write(long.slice(at, at + 777))
        response.end(long.repeat(2))
      },
    },
    trailers: {
      body: 'abc',
      answer: (response) => {
        response.setHeader('trailer', 'x-sum')
        response.write('abc')
        response.addTrailers({ 'x-sum': '1' })
        response.end()
      },
    },
    'nothing at all': { body: '', answer: (response) => response.end() },
    'no content': { body: '', answer: (response) => response.writeHead(204).end() },
    'interim replies before it': {
      body: 'abc',
      answer: (response) => {
        response.writeProcessing()
        response.writeEarlyHints({ link: '</a>; rel=preload' })
        response.writeContinue()
        response.end('abc')
      },
    },
    'an error page': { body: 'gone', answer: (response) => response.writeHead(410).end('gone') },
  }

describe("HttpConnection reads what Node's own server writes", { timeout: 20_000 }, () => {
  test.each(Object.entries(shapes))('%s, twice on one connection', async (_, { answer, body }) => {
    const { origin, connections } = await httpServer((request, response) =>
      request.resume().on('end', () => answer(response)),
    )
    const connection = open(origin)
    for (let turn = 0; turn < 2; turn += 1) {
      expect(await post(connection, origin)).toMatchObject({ body, isReusable: true })
    }
    expect([connections(), connection.proven, connection.isClosed]).toEqual([1, true, false])
  })

  test.each(Object.entries(shapes))('%s, over a connection that then closes', async (_, { answer, body }) => {
    const { origin } = await httpServer((_request, response) => answer(response.setHeader('connection', 'close')))
    const connection = open(origin)
    expect(await post(connection, origin)).toMatchObject({ body, isReusable: false })
    expect(connection.isClosed).toBe(true)
  })

  test('a body that ends with the connection', async () => {
    const { origin } = await httpServer((_request, response) => {
      response.useChunkedEncodingByDefault = false
      response.removeHeader('connection')
      response.write(long)
      response.end(long)
    })
    expect(await post(open(origin), origin)).toMatchObject({ body: long + long, isReusable: false })
  })

  test('TLS: the same shapes, and a certificate that nobody vouches for', async () => {
    const server = createTlsServer(selfSigned, (request, response) =>
      request.resume().on('end', () => shapes['chunks, many and large']!.answer(response)),
    )
    const origin = `https://localhost:${await started(server)}`
    expect((await post(open(origin), origin)).error).toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
    const trusted = getCACertificates('default')
    onTestFinished(() => setDefaultCACertificates(trusted))
    setDefaultCACertificates([...trusted, selfSigned.cert])
    const connection = open(origin)
    for (let turn = 0; turn < 2; turn += 1) {
      const { body, isReusable } = await post(connection, origin)
      expect([body === long.repeat(3), isReusable]).toEqual([true, true])
    }
    const byAddress = origin.replace('localhost', '127.0.0.1')
    expect(await post(open(byAddress), byAddress)).toMatchObject({ isReusable: true })
  })

  test('TLS: a server that ends the connection before it stands has given no reply', async () => {
    const { origin } = await rawServer((socket) => socket.end()).then(closed)
    const { head, isReusable, error } = await post(open(origin.replace('http:', 'https:')), origin)
    expect([head, isReusable]).toEqual([undefined, undefined])
    expect(error).toMatchObject({ message: 'the server closed the connection' })
  })

  test('an address of IPv6, in brackets', async ({ skip }) => {
    const server = createServer((request, response) => response.end(request.headers.host))
    const port = await started(server, '::1').catch(() => skip('this machine has no IPv6'))
    const origin = `http://[::1]:${port}`
    expect(await post(open(origin), origin)).toMatchObject({ body: `[::1]:${port}` })
  })

  test('a request of 4 MB arrives whole', async () => {
    const body = Buffer.alloc(4_000_000, 'some words ')
    const { origin } = await httpServer((request, response) => {
      let bytes = 0
      request.on('data', (piece: Buffer) => {
        bytes += piece.length
      })
      request.on('end', () => response.end(String(bytes)))
    })
    const connection = open(origin)
    for (let turn = 0; turn < 2; turn += 1) {
      expect(await post(connection, origin, body)).toMatchObject({ body: '4000000', isReusable: true })
    }
  })

  test('a reply before the request has been read: taken, and the connection is not used again', async () => {
    const { origin } = await rawServer((socket) => {
      socket.pause()
      socket.write('HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig')
    }).then(closed)
    const connection = open(origin)
    const exchanged = await post(connection, origin, Buffer.alloc(30_000_000, 'x'))
    expect(exchanged).toMatchObject({ head: { status: 413 }, body: 'big', isReusable: false })
    expect(connection.isClosed).toBe(true)
  })

  test('replies of many connections, all in one read buffer, are kept apart', async () => {
    const { origin } = await httpServer((request, response) => {
      let asked = ''
      request.on('data', (bytes) => {
        asked += bytes
      })
      request.on('end', () => {
        let left = 50
        const step = () => {
          response.write(asked)
          left -= 1
          if (left === 0) response.end()
          else if (left % 7 === 0) setTimeout(step, 1)
          else setImmediate(step)
        }
        step()
      })
    })
    const names = Array.from({ length: 40 }, (_, i) => `-${i}-`.repeat(100))
    const replies = await Promise.all(names.map((name) => post(open(origin), origin, Buffer.from(name))))
    expect(replies.map(({ body }, i) => body === names[i]!.repeat(50))).toEqual(names.map(() => true))
  })
})

describe('HttpConnection tells what goes wrong', { timeout: 20_000 }, () => {
  test.each<[string, string]>([
    ['in a length', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc'],
    ['in a length, and had said close', 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 9\r\n\r\nabc'],
    ['between chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n'],
    ['before the last line end', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n'],
  ])('the connection ends %s', async (_, text) => {
    const { body, error } = await answered(text)
    expect(body).toBe('abc')
    expect(error).toMatchObject({ message: 'the server closed the connection' })
  })

  test.each<[string, string]>([
    ['before the reply', ''],
    ['in the head', 'HTTP/1.1 200 OK\r\nContent-'],
  ])('the connection ends %s', async (_, text) => {
    const { head, error } = await answered(text)
    expect(head).toBeUndefined()
    expect(error).toMatchObject({ message: 'the server closed the connection' })
  })

  test.each(['SSH-2.0-OpenSSH_9.6\r\n', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx'])(
    'what is no HTTP, at once and not when the connection ends: %j',
    async (text) => {
      const { origin } = await rawServer((socket) => socket.write(text)).then(closed)
      expect((await post(open(origin), origin)).error).toBeInstanceOf(MalformedHttp)
    },
  )

  test('more than the reply: it stands, and the connection is not used again', async () => {
    const { origin } = await rawServer((socket) =>
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\naHTTP/1.1 200 OK\r\n'),
    ).then(closed)
    expect(await post(open(origin), origin)).toMatchObject({ body: 'a', isReusable: false })
  })

  test('what comes while nothing was asked closes the connection', async () => {
    const { origin } = await rawServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na')
      setTimeout(() => socket.write('HTTP/1.1 408 Request Timeout\r\n\r\n'), 20)
    }).then(closed)
    const connection = open(origin)
    expect(await post(connection, origin)).toMatchObject({ isReusable: true })
    while (!connection.isClosed) await new Promise((resolve) => setTimeout(resolve, 5))
  })

  test('closed by its owner: the one who waits hears of it where there is a reason, once', async () => {
    const { origin } = await rawServer(() => {}).then(closed)
    const connection = open(origin)
    const waiting = post(connection, origin)
    connection.close(new Error('no longer wanted'))
    connection.close(new Error('again'))
    expect((await waiting).error).toMatchObject({ message: 'no longer wanted' })
  })
})

test('a connection does not hold the body of its first request for as long as it lives', async () => {
  const { origin } = await httpServer((request, response) => request.resume().on('end', () => response.end()))
  const connection = open(origin)
  const first = await postUnheld(connection, origin)
  await post(connection, origin)
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  for (let turn = 0; turn < 20 && first.deref(); turn += 1) {
    await new Promise((resolve) => setImmediate(resolve))
    collect()
  }
  expect([first.deref(), connection.isClosed]).toEqual([undefined, false])
})

test('the time a server waits for the next request is kept, less a second', async () => {
  const { origin, server } = await httpServer((_, response) => response.end())
  server.keepAliveTimeout = 3_000
  const connection = open(origin)
  await post(connection, origin)
  expect(connection.keepAliveMs).toBe(2_000)
})

async function postUnheld(connection: HttpConnection, origin: string): Promise<WeakRef<Buffer>> {
  const body = Buffer.alloc(100_000, 'a')
  await post(connection, origin, body)
  return new WeakRef(body)
}

function open(origin: string): HttpConnection {
  const connection = connectionTo(origin)
  closing.push(() => connection.close())
  return connection
}

async function httpServer(listener: RequestListener) {
  const server: HttpServer = createServer(listener)
  let connections = 0
  server.on('connection', () => {
    connections += 1
  })
  return { origin: `http://127.0.0.1:${await started(server)}`, server, connections: () => connections }
}

function started(server: Server, host?: string): Promise<number> {
  closing.push(() => new Promise<void>((resolve) => server.close(() => resolve())))
  return listen(server, host)
}

function closed<T extends { close(): Promise<void> }>(server: T): T {
  closing.push(() => server.close())
  return server
}

/** What comes of a request that is answered with these bytes and the end of the connection. */
async function answered(text: string): Promise<Exchanged> {
  const { origin } = await rawServer((socket) => socket.end(text, 'latin1')).then(closed)
  return post(open(origin), origin)
}
