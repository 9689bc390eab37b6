import { once } from 'node:events'
import { describe, expect, onTestFinished, test } from 'vitest'
import { between, bodyOf, post, proxyOf, RawClient, rawUpstream, upstreamOf } from './proxied.fixture.ts'

const chat = '/v1/chat/completions'

describe('connections', () => {
  const get = 'GET /x HTTP/1.1\r\nHost: a\r\n\r\n'

  test('one of the client is one of the upstream, kept as long', async () => {
    const { port, upstream } = await between(upstreamOf((_request, response) => void response.end('done')))
    const client = new RawClient(port)
    client.send(get)
    await client.until('done')
    client.send(get)
    await client.until(/done[\s\S]*done/)
    expect(upstream.sockets).toHaveLength(1)
    upstream.sockets[0]!.destroy()
    await client.ended()
  })

  test('of a client that leaves, the upstream is told', async () => {
    const left = Promise.withResolvers<void>()
    const { port, over } = await between(
      upstreamOf((_request, response) => {
        response.on('close', () => left.resolve())
        response.write('data: 1\n\n')
      }),
    )
    const reply = await post(port, chat, Buffer.from('{}'))
    await once(reply, 'data')
    reply.socket.resetAndDestroy()
    await left.promise
    expect(await over(0)).toMatchObject({ end: 'client-gone', reply: 'data: 1\n\n' })
  })

  test('of a client that leaves, what it sent behind its request is asked of nobody', async () => {
    const asked: (string | undefined)[] = []
    const begun = Promise.withResolvers<void>()
    const { port, over, taken } = await between(
      upstreamOf((request, response) => {
        asked.push(request.url)
        begun.resolve()
        if (request.url === '/last') response.end('done')
      }),
    )
    const client = new RawClient(port)
    const head = 'Host: a\r\nContent-Length: 2\r\n\r\n{}'
    client.send(`POST ${chat}?one HTTP/1.1\r\n${head}POST ${chat}?two HTTP/1.1\r\n${head}`)
    await begun.promise
    while (taken.length < 2) await new Promise((resolve) => setImmediate(resolve))
    client.socket.resetAndDestroy()
    expect((await over(1)).end).toBe('client-gone')
    expect(String(await bodyOf(await post(port, '/last', Buffer.from(''))))).toBe('done')
    expect(asked).toEqual([`${chat}?one`, '/last'])
  })

  test('one that leaves after a long silence leaves an upstream that stalled', async () => {
    let nowMs = 0
    const upstream = upstreamOf((_request, response) => void response.write('data: 1\n\n'))
    const { port, over } = await between(upstream, '', () => nowMs)
    const reply = await post(port, chat, Buffer.from('{}'))
    await once(reply, 'data')
    nowMs = 30_001
    reply.socket.resetAndDestroy()
    expect((await over(0)).end).toBe('stalled')
  })

  test('one that leaves in the middle of its request takes it along', async () => {
    const left = Promise.withResolvers<void>()
    const begun = Promise.withResolvers<void>()
    const { port, over } = await between(
      upstreamOf((request) => void request.on('close', () => left.resolve()).on('data', () => begun.resolve())),
    )
    const client = new RawClient(port)
    client.send(`POST ${chat} HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{"a":`)
    await begun.promise
    client.socket.resetAndDestroy()
    expect(await over(0)).toMatchObject({ end: 'client-gone', isRequested: false })
    await left.promise
  })

  test('a client that sends no more gets its reply, and the upstream knows', async () => {
    const { port, over } = await between(
      rawUpstream((socket) => {
        socket.resume()
        socket.on('end', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate'))
      }),
    )
    const client = new RawClient(port)
    client.socket.end(`POST ${chat} HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}`)
    await client.until('late')
    expect(await over(0)).toMatchObject({ end: 'complete', reply: 'late' })
  })

  test('a reply that breaks off breaks off, and does not end', async () => {
    const { port, over } = await between(
      upstreamOf((_request, response) => response.write('data: 1\n\n', () => response.destroy())),
    )
    const reply = await post(port, chat, Buffer.from('{}'))
    await expect(bodyOf(reply)).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(await over(0)).toMatchObject({ end: 'upstream-died', reply: 'data: 1\n\n' })
  })

  test('an upstream that closes a kept connection just then closes the client’s', async () => {
    let requests = 0
    const { port } = await between(
      upstreamOf((request, response) => {
        requests += 1
        if (requests === 1) response.end('done')
        else request.socket.destroy()
      }),
    )
    const client = new RawClient(port)
    client.send(get)
    await client.until('done')
    client.send(get)
    await client.ended()
    expect(client.text).not.toContain('502')
  })
})

describe('an upstream that does not reply', () => {
  test.each([
    ['is not there', undefined, 'cannot be reached (ECONNREFUSED)'],
    ['is no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n', 'is no HTTP/1.1 (HPE_'],
    ['hangs up', '', 'closed the connection before it replied'],
    ['writes a head that nobody may pass on', 'HTTP/1.1 200 O\u0001K\r\n\r\n', 'is no HTTP/1.1 (ERR_INVALID_CHAR)'],
  ])('one that %s: 502 that says so', async (_, greeting, words) => {
    const upstream = await rawUpstream((socket) => void socket.once('data', () => socket.end(greeting ?? '')))
    if (greeting === undefined) await upstream.close()
    else onTestFinished(upstream.close)
    const { port, refused, over, close } = await proxyOf(upstream.port)
    onTestFinished(close)
    const reply = await post(port, chat, Buffer.from('{"secret":1}'))
    expect(reply.statusCode).toBe(502)
    const { error } = JSON.parse(String(await bodyOf(reply)))
    expect(error.message).toContain(words)
    expect(refused).toEqual([error.message])
    const { end, status } = await over(0)
    expect({ end, status }).toEqual({ end: 'upstream-died' })
  })
})

describe('another protocol', () => {
  const upgrade = (protocol: string) =>
    `GET /v1/realtime HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: ${protocol}\r\nX-Key: k\r\n\r\n`

  test('a WebSocket goes both ways', async () => {
    const { port, proxy } = await between(
      rawUpstream((socket) => {
        socket.once('data', () =>
          socket.write('HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nhello'),
        )
        socket.on('data', (data) => String(data).startsWith('ping') && socket.write('pong'))
      }),
    )
    const client = new RawClient(port)
    client.send(upgrade('websocket'))
    await client.until('hello')
    client.send('ping')
    await client.until('pong')
    expect(proxy.counts().upgrades).toBe(1)
    client.socket.destroy()
  })

  test('one that the upstream refuses is refused in its words', async () => {
    const { port } = await between(upstreamOf((_request, response) => void response.writeHead(426).end('not here')))
    const client = new RawClient(port)
    client.send(upgrade('websocket'))
    await client.until(/HTTP\/1.1 426[\s\S]*not here/)
    client.socket.destroy()
  })

  test('an offer of HTTP/2 is an ordinary request', async () => {
    const { port } = await between(upstreamOf(({ headers }, response) => void response.end(`${headers.upgrade}`)))
    const client = new RawClient(port)
    client.send(upgrade('h2c'))
    await client.until('undefined')
    client.socket.destroy()
  })

  test.each([
    'GET http://elsewhere/x HTTP/1.1\r\nHost: elsewhere\r\n\r\n',
    'CONNECT elsewhere:443 HTTP/1.1\r\nHost: a\r\n\r\n',
  ])('it is no forward proxy, and says so: %j', async (request) => {
    const { port } = await between(upstreamOf((_request, response) => void response.end()))
    const client = new RawClient(port)
    client.send(request)
    await client.until('no forward proxy')
    client.socket.destroy()
  })
})
