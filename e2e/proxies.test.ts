import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pipeline } from 'node:stream'
import { startStandInServer, startTunnelProxy } from '@reprise/replay-engine/stand-ins'
import { expect, onTestFinished, test } from 'vitest'
import { selfSigned } from '../packages/replay-engine/src/endpoint/self-signed.fixture.ts'
import { runCli } from './run-cli.ts'
import { runHere } from './run-here.ts'
import { temporaryFolder } from './temporary-folder.ts'

const small = ['--lanes', '2', '--duration', '2', '--time-scale', '0.01', '--json']

test('a proxy of the environment is gone through to a server of an authority of its own, and said; its password is in no file', async () => {
  const folder = temporaryFolder()
  const server = await startStandInServer()
  const secured = await behindTls(server.url)
  const proxy = await startTunnelProxy({ port: secured.port, user: 'ann:s3same' })
  onTestFinished(() => Promise.all([server.close(), secured.close(), proxy.close()]).then(() => {}))
  const authority = join(folder, 'ca.pem')
  writeFileSync(authority, selfSigned.cert)
  const way = { HTTPS_PROXY: proxy.url.replace('//', '//ann:s3same@'), NO_PROXY: 'elsewhere' }
  // A name that this machine does not take for itself, and the certificate is of.
  const args = ['replay', '--url', 'https://127.0.0.1', ...small, '--proxy', proxy.url, '--out', join(folder, 'run')]
  const forbidden = await runHere(args)
  expect([forbidden.code, forbidden.stderr]).toEqual([3, expect.stringMatching(/answered 407 .*it asks who you are/)])
  const named = ['replay', '--url', 'https://localhost.test', ...small, '--out', join(folder, 'run')]
  const unknown = await runHere(named, { env: way })
  expect([unknown.code, unknown.stderr]).toEqual([3, expect.stringMatching(/NODE_EXTRA_CA_CERTS.*--insecure/s)])

  const { code, stdout, stderr } = await runCli([...named, '--insecure'], {
    env: { ...way, NODE_EXTRA_CA_CERTS: authority },
  })
  expect(code, stderr).toBe(0)
  expect(stderr).toMatch(
    /^warning: all requests to https:\/\/localhost\.test go through the proxy http:\/\/127\.0\.0\.1:\d+ \(HTTPS_PROXY\)/m,
  )
  const { provenance, validity } = JSON.parse(stdout) as {
    provenance: { target: object }
    validity: { reasons: string[] }
  }
  expect(provenance.target).toMatchObject({
    proxies: [{ endpoint: 'https://localhost.test', proxy: proxy.url, by: 'HTTPS_PROXY' }],
    insecure: true,
  })
  expect(validity.reasons.map((reason) => reason.split(':', 1)[0])).toEqual(
    expect.arrayContaining(['proxy', 'insecure']),
  )
  expect(new Set(proxy.tunnels)).toEqual(new Set(['localhost.test:443']))
  for (const file of readdirSync(join(folder, 'run')))
    expect(readFileSync(join(folder, 'run', file), 'utf8')).not.toContain('s3same')
})

test('NODE_EXTRA_CA_CERTS makes a server of an authority of its own a server like others', async () => {
  const folder = temporaryFolder()
  const server = await startStandInServer()
  const secured = await behindTls(server.url)
  onTestFinished(() => Promise.all([server.close(), secured.close()]).then(() => {}))
  const authority = join(folder, 'ca.pem')
  writeFileSync(authority, selfSigned.cert)
  const args = ['replay', '--url', `https://127.0.0.1:${secured.port}`, ...small, '--out', join(folder, 'run')]
  const { code, stdout, stderr } = await runCli(args, { env: { NODE_EXTRA_CA_CERTS: authority } })
  expect(code, stderr).toBe(0)
  expect((JSON.parse(stdout) as { validity: { reasons: string[] } }).validity.reasons.join()).not.toMatch(
    /proxy|insecure/,
  )
})

/** Hands requests on to a server that has no TLS. */
async function behindTls(url: string): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server = createServer(selfSigned, (asked, answer) => {
    const { method, headers } = asked
    const beyond = request(`${url}${asked.url}`, { method: method!, headers }, (reply) => {
      answer.writeHead(reply.statusCode!, reply.headers)
      pipeline(reply, answer, () => {})
    })
    pipeline(asked, beyond, () => {})
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
