import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import type { Duplex } from 'node:stream'

export interface TunnelProxy {
  /** Without who may ask. */
  readonly url: string
  /** What tunnels were asked for, in order. */
  readonly tunnels: readonly string[]
  close(): Promise<void>
}

/**
 * A proxy for tests that lets tunnels through, and nothing else. Wherever they are asked for, they lead to `port` of this machine.
 *
 * `user`, `user:password`: whoever says another one, or none, is answered with 407.
 */
export async function startTunnelProxy({
  port,
  user,
}: {
  readonly port: number
  readonly user?: string
}): Promise<TunnelProxy> {
  const tunnels: string[] = []
  const sockets = new Set<Duplex>()
  const expected = user === undefined ? undefined : `Basic ${Buffer.from(user).toString('base64')}`
  const server = createServer((_, response) => response.writeHead(501).end())
  server.on('connect', (request, near: Duplex, rest) => {
    near.on('error', () => {})
    sockets.add(near)
    if (request.headers['proxy-authorization'] !== expected) {
      near.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
      return
    }
    tunnels.push(request.url ?? '')
    const far = connect(port, '127.0.0.1', () => {
      near.write('HTTP/1.1 200 Connection established\r\n\r\n')
      far.write(rest)
      near.pipe(far).pipe(near)
    })
    far.on('error', () => near.destroy()).on('close', () => near.destroy())
    near.on('close', () => far.destroy())
    sockets.add(far)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tunnels,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
