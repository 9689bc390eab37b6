import { createServer, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { EndpointClient } from './endpoint-client.ts'
import { EndpointError } from './endpoint-error.ts'
import { listen, rawServer } from './http-connection.fixture.ts'
import { selfSigned } from './self-signed.fixture.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

describe('EndpointClient', { timeout: 20_000 }, () => {
  test('asks as it was told, over one connection, and takes the answer as it is', async () => {
    const seen: string[] = []
    const connections = new Set<Socket>()
    const { client } = await clientOf(
      (request, response) => {
        connections.add(request.socket)
        let body = ''
        request.on('data', (bytes) => {
          body += bytes
        })
        request.on('end', () => {
          const { authorization, 'content-type': type, 'content-length': length } = request.headers
          seen.push([request.method, request.url, authorization, type, length, body].join(' '))
          response.writeHead(302, { location: '/elsewhere' }).end('{"a":"ü"}')
        })
      },
      { apiKey: 'key', path: '/gateway/v1' },
    )
    const answer = { status: 302, text: '{"a":"ü"}', json: { a: 'ü' } }
    expect(await client.ask('GET', '/v1/models')).toMatchObject(answer)
    expect(await client.ask('POST', '/tokenize', { b: 'ü' })).toMatchObject(answer)
    expect(await client.ask('POST', '/reset')).toMatchObject(answer)
    expect((await client.ask('GET', '/v1/models')).headers.get('location')).toBe('/elsewhere')
    expect(seen).toEqual([
      'GET /gateway/v1/models Bearer key   ',
      'POST /gateway/tokenize Bearer key application/json 10 {"b":"ü"}',
      'POST /gateway/reset Bearer key  0 ',
      'GET /gateway/v1/models Bearer key   ',
    ])
    expect(connections.size).toBe(1)
  })

  test.each<[string, RequestListener]>([
    ['that never comes', (request) => void request.resume()],
    ['that never ends', (_, response) => void response.writeHead(200, { 'content-length': 9 }).write('a')],
  ])('an answer %s', async (_, answer) => {
    const { client, url } = await clientOf(answer, { timeoutMs: 60 })
    await expect(client.ask('GET', '/v1/models')).rejects.toThrow(
      `${url}: GET /v1/models: no answer (nothing whole after 60 ms). Start the server, or correct the address`,
    )
  })

  test.each<[string, string, RegExp]>([
    [
      'that breaks off',
      'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc',
      /the answer broke off after 3 bytes\. The server is not well/,
    ],
    ['that is no HTTP', 'SSH-2.0-OpenSSH_9.6\r\n', /no answer \(.*HTTP/],
    ['larger than any', `HTTP/1.1 200 OK\r\n\r\n${' '.repeat(65 * 1024 * 1024)}`, /no answer \(an answer larger than/],
  ])('an answer %s', async (_, text, message) => {
    const server = await rawServer((socket) => socket.end(text))
    closing.push(() => server.close())
    await expect(clientAt(server.origin).ask('GET', '/v1/models')).rejects.toThrow(message)
  })

  test('a certificate that nobody vouches for', async () => {
    const server = createTlsServer(selfSigned)
    const port = await listen(server)
    closing.push(() => server.close())
    await expect(clientAt(`https://127.0.0.1:${port}`).ask('GET', '/v1/models')).rejects.toThrow('self-signed')
  })

  test('a server of http that was asked for https, and the reverse, is called what it is', async () => {
    const secure = createTlsServer(selfSigned, (_, response) => response.end())
    const plain = createServer((_, response) => response.end())
    const [securePort, plainPort] = [await listen(secure), await listen(plain)]
    closing.push(
      () => secure.close(),
      () => plain.close(),
    )
    await expect(clientAt(`http://127.0.0.1:${securePort}/v1`).ask('GET', '/v1/models')).rejects.toThrow(
      `http://127.0.0.1:${securePort}: GET /v1/models: it speaks https. Write https://127.0.0.1:${securePort}`,
    )
    await expect(clientAt(`https://127.0.0.1:${plainPort}/at`).ask('GET', '/v1/models')).rejects.toThrow(
      `https://127.0.0.1:${plainPort}/at: GET /v1/models: it speaks http. Write http://127.0.0.1:${plainPort}/at`,
    )
  })

  test('a key that no header can hold is refused, and not shown', () => {
    const refused = () => clientAt('http://127.0.0.1:1', { apiKey: 'secret\nkey' })
    expect(refused).toThrow(EndpointError)
    expect(refused).toThrow(/reading the key/)
    expect(refused).not.toThrow(/secret/)
  })
})

async function clientOf(
  listener: RequestListener,
  { path = '', ...options }: { readonly path?: string; readonly apiKey?: string; readonly timeoutMs?: number } = {},
) {
  const server = createServer(listener)
  const url = `http://127.0.0.1:${await listen(server)}${path}`
  closing.push(() => new Promise<void>((resolve) => server.close(() => resolve()).closeAllConnections()))
  return { url, client: clientAt(url, options) }
}

function clientAt(url: string, options: { readonly apiKey?: string; readonly timeoutMs?: number } = {}) {
  const client = new EndpointClient({ url, ...options })
  closing.push(() => client.close())
  return client
}
