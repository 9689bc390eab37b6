import { once } from 'node:events'
import http from 'node:http'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { between, bodyOf, post, RawClient, upstreamOf } from './proxied.fixture.ts'
import { startProxy } from './start-proxy.ts'

const chat = '/v1/chat/completions'

/** Bytes of every value, none of which may be taken for text. */
const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 31 + (i >> 8)) & 255))

describe('what goes through', () => {
  test.each([
    ['with a length', { 'content-length': bytes.length }],
    ['in chunks', { 'transfer-encoding': 'chunked' }],
  ])('bodies %s, byte for byte both ways, and headers as they are', async (_, framing) => {
    const seen = Promise.withResolvers<{ body: Buffer; raw: string[] }>()
    const { port, over, proxy } = await between(
      upstreamOf(async (request, response) => {
        seen.resolve({ body: await bodyOf(request), raw: request.rawHeaders })
        response.writeHead(201, 'Made', { ...framing, 'X-Odd-CASE': 'a', 'set-cookie': ['a=1', 'b=2'] })
        response.end(bytes)
      }),
    )
    const reply = await post(port, chat, bytes, { ...framing, Authorization: 'Bearer k', 'X-Session-ID': 's' })
    const { body, raw } = await seen.promise
    expect(body.equals(bytes)).toBe(true)
    expect(raw).toEqual(expect.arrayContaining(['Authorization', 'Bearer k', 'X-Session-ID', 's']))
    expect((await bodyOf(reply)).equals(bytes)).toBe(true)
    expect(reply).toMatchObject({ statusCode: 201, statusMessage: 'Made' })
    expect(reply.headers['set-cookie']).toEqual(['a=1', 'b=2'])
    expect(reply.rawHeaders).toContain('X-Odd-CASE')
    const taken = await over(0)
    expect(taken).toMatchObject({ status: 201, isRequested: true, isForwarded: true, end: 'complete' })
    expect(taken.request === bytes.toString('latin1') && taken.reply === bytes.toString('latin1')).toBe(true)
    expect([...taken.opened.identity]).toEqual([['x-session-id', 's']])
    expect(proxy.counts()).toMatchObject({ requestBytes: bytes.length, replyBytes: bytes.length })
  })

  test('each piece before the next one is there', async () => {
    const pieces = { asked: Promise.withResolvers<void>(), answered: Promise.withResolvers<void>() }
    const { port } = await between(
      upstreamOf(async (request, response) => {
        await once(request, 'data')
        pieces.asked.resolve()
        await bodyOf(request)
        response.write('one')
        await pieces.answered.promise
        response.end('two')
      }),
    )
    const request = http.request({ port, host: '127.0.0.1', path: chat, method: 'POST', agent: false })
    request.write('first')
    await pieces.asked.promise
    request.end('second')
    const [reply] = (await once(request, 'response')) as [http.IncomingMessage]
    expect(String((await once(reply, 'data'))[0])).toBe('one')
    pieces.answered.resolve()
    expect(String(await bodyOf(reply))).toBe('two')
  })

  test('a head before there is any body', async () => {
    const { port } = await between(upstreamOf((_request, response) => response.writeHead(200).flushHeaders()))
    const reply = await post(port, chat, Buffer.from('{}'))
    expect(reply.statusCode).toBe(200)
    reply.destroy()
  })

  test('packed bodies stay packed; a redirect is the client’s to follow; other paths are counted', async () => {
    const packed = gzipSync('words')
    const { port, proxy, taken } = await between(
      upstreamOf((request, response) => {
        if (request.url === '/sub/moved?a=1') response.writeHead(307, { location: 'http://elsewhere/x' }).end()
        else response.writeHead(200, { 'content-encoding': 'gzip' }).end(packed)
      }),
      '/sub',
    )
    const reply = await post(port, chat, Buffer.from('{}'))
    expect(reply.headers['content-encoding']).toBe('gzip')
    expect((await bodyOf(reply)).equals(packed)).toBe(true)
    const moved = await post(port, '/moved?a=1', Buffer.from(''))
    expect(moved).toMatchObject({ statusCode: 307, headers: { location: 'http://elsewhere/x' } })
    moved.resume()
    expect(proxy.counts().requests).toMatchObject({ chat: 1, other: 1 })
    expect(taken).toHaveLength(1)
  })

  test.each([
    ['HEAD', 200],
    ['GET', 204],
    ['GET', 304],
    ['DELETE', 200],
  ])('%s with status %i has no body to wait for, and the connection goes on', async (method, status) => {
    const { port } = await between(
      upstreamOf(
        (_request, response) => void response.writeHead(status, status === 200 ? { 'content-length': 0 } : {}).end(),
      ),
    )
    const client = new RawClient(port)
    for (const round of [1, 2]) {
      client.send(`${method} /x HTTP/1.1\r\nHost: a\r\n\r\n`)
      await client.until(new RegExp(`(HTTP/1.1 ${status}[\\s\\S]*?\\r\\n\\r\\n){${round}}`))
    }
    client.socket.destroy()
  })

  test('trailers', async () => {
    const got = Promise.withResolvers<NodeJS.Dict<string>>()
    const { port } = await between(
      upstreamOf(async (request, response) => {
        await bodyOf(request)
        got.resolve(request.trailers)
        response.writeHead(200, { trailer: 'x-sum' })
        response.write('a')
        response.addTrailers({ 'x-sum': '2' })
        response.end()
      }),
    )
    const client = new RawClient(port)
    client.send(
      `POST /x HTTP/1.1\r\nHost: a\r\nTrailer: x-sum\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nx-sum: 1\r\n\r\n`,
    )
    expect(await got.promise).toEqual({ 'x-sum': '1' })
    await client.until('x-sum: 2')
    client.socket.destroy()
  })

  test('leave to send the body is the upstream’s to give, or not', async () => {
    const upstream = http.createServer(() => {})
    upstream.on('checkContinue', async (request, response) => {
      if (request.url === chat) {
        response.writeContinue()
        response.end(await bodyOf(request))
      } else response.writeHead(417, { connection: 'close' }).end()
    })
    upstream.listen(0, '127.0.0.1')
    await once(upstream, 'listening')
    const { port } = await between(
      Promise.resolve({
        port: (upstream.address() as { port: number }).port,
        sockets: [],
        close: async () => void upstream.close().closeAllConnections(),
      }),
    )
    const head = 'Host: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n'
    const client = new RawClient(port)
    client.send(`POST ${chat} HTTP/1.1\r\n${head}`)
    await client.until('HTTP/1.1 100 Continue\r\n\r\n')
    client.send('{}')
    await client.until(/HTTP\/1.1 200[\s\S]*\{\}/)
    client.socket.destroy()
    const other = new RawClient(port)
    other.send(`POST /v1/embeddings HTTP/1.1\r\n${head}`)
    await other.until('HTTP/1.1 417')
    expect(other.text).not.toContain(' 100 ')
    other.socket.destroy()
  })
})

test('a port that is taken is named, with the cure', async () => {
  const { port } = await between(upstreamOf(() => {}))
  const again = startProxy({
    host: '127.0.0.1',
    port,
    upstream: { origin: 'http://127.0.0.1:1', prefix: '' },
    now: () => 0,
    record: () => undefined,
    onTools: () => {},
    onRefused: () => {},
  })
  await expect(again).rejects.toThrow(`127.0.0.1:${port} is taken; name another port with --port`)
})

test('closed, it lets what is open end; cut, it does not', async () => {
  const release = Promise.withResolvers<void>()
  const begun = Promise.withResolvers<void>()
  const { port, proxy, over } = await between(
    upstreamOf(async (_request, response) => {
      response.write('one')
      begun.resolve()
      await release.promise
      response.end('two')
    }),
  )
  const reply = await post(port, chat, Buffer.from('{}'))
  const whole = bodyOf(reply)
  await begun.promise
  const closed = proxy.close(new AbortController().signal)
  release.resolve()
  expect(String(await whole)).toBe('onetwo')
  await closed
  expect((await over(0)).end).toBe('complete')
})

test('what is open when it is cut ended with the proxy', async () => {
  const { port, proxy, over } = await between(upstreamOf((_request, response) => void response.write('one')))
  const reply = await post(port, chat, Buffer.from('{}'))
  await once(reply, 'data')
  const broken = expect(bodyOf(reply)).rejects.toThrow()
  await proxy.close(AbortSignal.abort())
  await broken
  expect(await over(0)).toMatchObject({ end: 'proxy-closed', reply: 'one' })
})
