import { createServer } from 'node:https'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterEach, describe, expect, onTestFinished, test } from 'vitest'
import { startStandInServer } from '../stand-ins/stand-in-server.ts'
import { startTunnelProxy } from '../stand-ins/tunnel-proxy.ts'
import { EndpointClient } from './endpoint-client.ts'
import { listen } from './http-connection.fixture.ts'
import { closeAll, closing, delta, done, sendTurn, targetFor } from './http-target.fixture.ts'
import { parseProxyUrl, proxyAddress } from './passage.ts'
import { probeEndpoint } from './probe-endpoint.ts'
import { selfSigned } from './self-signed.fixture.ts'

afterEach(closeAll)

const portOf = (url: string) => Number(new URL(url).port)

async function proxyTo(port: number, user?: string) {
  const proxy = await startTunnelProxy({ port, ...(user !== undefined && { user }) })
  closing.push(() => proxy.close())
  const via = (origin: string, credentials = user) => ({
    proxies: {
      [origin]: parseProxyUrl(credentials === undefined ? proxy.url : proxy.url.replace('//', `//${credentials}@`))!,
    },
  })
  return { proxy, via }
}

/** A name that only the proxy knows. */
const name = 'http://gpu.test:8000'

test('requests go through a tunnel each connection opens, one after the other on the same, and none goes straight', async () => {
  const server = await startStandInServer()
  closing.push(() => server.close())
  const { proxy, via } = await proxyTo(portOf(server.url), 'ann:s3same')
  const { target } = await targetFor({}, { url: name, ...via(name) })
  const first = await sendTurn(target)
  expect(first.outcome.kind).toBe('ok')
  expect(first.observer.connectingMs).toBeLessThanOrEqual(first.observer.sentMs!)
  const second = await sendTurn(target)
  expect([second.outcome.kind, second.observer.connectingMs]).toEqual(['ok', undefined])
  expect(proxy.tunnels).toEqual(['gpu.test:8000'])
  expect(server.connections()).toBe(1)
  expect(server.requests.every(({ headers }) => headers['proxy-authorization'] === undefined)).toBe(true)
})

test('what is asked before a run goes the same way', async () => {
  const server = await startStandInServer()
  closing.push(() => server.close())
  const { proxy, via } = await proxyTo(portOf(server.url))
  expect(await probeEndpoint({ url: name, ...via(name) })).toMatchObject({ model: 'stand-in', notes: [] })
  expect(proxy.tunnels.length).toBe(server.connections())
})

test('a proxy that refuses is told as what it is, without who asked', async () => {
  const server = await startStandInServer()
  closing.push(() => server.close())
  const { proxy, via } = await proxyTo(portOf(server.url), 'ann:s3same')
  const wrong = via(name, 'bob:open')
  const { target } = await targetFor({}, { url: name, ...wrong })
  const { outcome } = await sendTurn(target)
  const message = `the proxy ${proxy.url} answered 407 Proxy Authentication Required (it asks who you are) to CONNECT gpu.test:8000`
  expect(outcome).toEqual({ kind: 'failed', class: 'connect', message })
  const asked = new EndpointClient({ url: name, ...wrong }).ask('GET', '/v1/models')
  await expect(asked).rejects.toThrow(message)
  await expect(asked).rejects.not.toThrow(/bob|open/)
})

test('a proxy that is not there, closes, or speaks another language is a connection that never stood', async () => {
  const { proxy } = await proxyTo(1)
  await proxy.close()
  const { target } = await targetFor({}, { url: name, proxies: { [name]: parseProxyUrl(proxy.url)! } })
  expect((await sendTurn(target)).outcome).toMatchObject({ class: 'connect', message: /ECONNREFUSED/ })
  const { via } = await proxyTo(1)
  const { target: cut } = await targetFor({}, { url: name, ...via(name) })
  expect((await sendTurn(cut)).outcome).toMatchObject({ class: 'connect' })
})

describe('behind TLS', () => {
  async function secured() {
    const server = createServer(selfSigned, (request, response) =>
      request.resume().on('end', () => {
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        response.end(delta({ content: 'a' }, 'length') + done)
      }),
    )
    const port = await listen(server)
    closing.push(async () => {
      server.close()
      server.closeAllConnections()
    })
    return { port, url: `https://localhost:${port}` }
  }
  const trusted = () => {
    const before = getCACertificates('default')
    onTestFinished(() => setDefaultCACertificates(before))
    setDefaultCACertificates([...before, selfSigned.cert])
  }

  test('the handshake is with the server, inside the tunnel', async () => {
    const { port, url } = await secured()
    const { proxy, via } = await proxyTo(port)
    const { target: distrustful } = await targetFor({}, { url, ...via(url) })
    expect((await sendTurn(distrustful)).outcome).toMatchObject({ class: 'connect', message: /self-signed/ })
    trusted()
    const { target } = await targetFor({}, { url, ...via(url) })
    expect((await sendTurn(target)).outcome.kind).toBe('ok')
    expect((await sendTurn(target)).outcome.kind).toBe('ok')
    expect(proxy.tunnels).toEqual([`localhost:${port}`, `localhost:${port}`])
  })

  test('a certificate that nobody vouches for is taken where it is not asked for, with a proxy and without', async () => {
    const { port, url } = await secured()
    const { via } = await proxyTo(port)
    for (const passage of [{}, via(url)]) {
      const { target } = await targetFor({}, { url, ...passage, insecure: true })
      expect((await sendTurn(target)).outcome.kind).toBe('ok')
    }
    const ask = (insecure: boolean) => {
      const client = new EndpointClient({ url, insecure })
      return client.ask('GET', '/v1/models').finally(() => client.close())
    }
    expect((await ask(true)).status).toBe(200)
    await expect(ask(false)).rejects.toThrow(/self-signed certificate.*NODE_EXTRA_CA_CERTS.*--insecure/s)
  })
})

test.each([
  ['proxy:3128', 'http://proxy:3128', undefined],
  ['http://proxy', 'http://proxy:80', undefined],
  ['https://proxy', 'https://proxy:443', undefined],
  ['http://[::1]:8080', 'http://[::1]:8080', undefined],
  ['http://ann:p%40ss@proxy:1', 'http://proxy:1', 'ann:p@ss'],
])('%s is %s', (text, address, user) => {
  const proxy = parseProxyUrl(text)!
  expect(proxyAddress(proxy)).toBe(address)
  expect(proxy.authorization).toBe(user && `Basic ${Buffer.from(user).toString('base64')}`)
})

test.each(['socks5://proxy:1080', 'http://', 'a b'])('%s is no HTTP proxy', (text) => {
  expect(parseProxyUrl(text)).toBeUndefined()
})
