import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { upstreamError } from './own-reply.ts'
import { passedHeaders } from './passed-headers.ts'
import type { Upstream, UpstreamLink } from './upstream.ts'

/** Passes a connection on that is to speak another protocol (a WebSocket); the upstream decides whether it does. Nothing of it is recorded. */
export function passUpgrade(
  request: IncomingMessage,
  socket: Duplex,
  {
    upstream,
    link,
    onRefused,
  }: { readonly upstream: Upstream; readonly link: UpstreamLink; readonly onRefused: (message: string) => void },
): void {
  const headers = passedHeaders(request.rawHeaders, { host: new URL(upstream.origin).host })
  headers.push('Connection', 'Upgrade', 'Upgrade', request.headers.upgrade!)
  const outgoing = link.request({ method: request.method!, path: `${upstream.prefix}${request.url}`, headers })
  socket.on('error', () => outgoing.destroy())
  socket.on('close', () => outgoing.destroy())
  outgoing.on('upgrade', (reply, other, head) => {
    socket.write(headOf(reply, reply.rawHeaders))
    if (head.length > 0) socket.write(head)
    other.on('error', () => socket.destroy())
    socket.on('error', () => other.destroy())
    socket.on('close', () => other.destroy())
    other.on('close', () => socket.destroy())
    other.pipe(socket)
    socket.pipe(other)
  })
  // It does not: its reply is passed on, and the connection ends.
  outgoing.on('response', (reply) => {
    socket.write(headOf(reply, [...passedHeaders(reply.rawHeaders), 'Connection', 'close']))
    reply.pipe(socket)
  })
  outgoing.on('error', (error) => {
    const { message } = upstreamError(error, upstream.origin)
    onRefused(message)
    socket.end(
      `HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\nContent-Length: ${Buffer.byteLength(message)}\r\n\r\n${message}`,
    )
  })
  outgoing.end()
}

function headOf({ statusCode, statusMessage }: IncomingMessage, raw: readonly string[]): string {
  const lines = Array.from({ length: raw.length / 2 }, (_, i) => `${raw[2 * i]}: ${raw[2 * i + 1]}\r\n`)
  return `HTTP/1.1 ${statusCode} ${statusMessage}\r\n${lines.join('')}\r\n`
}
