import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { HttpOrigin } from './http-origin.ts'
import { openTunnel, serverName, trust } from './open-tunnel.ts'

/**
 * Every socket reads into this, and what came is read where it stands, before the next read of any socket. Otherwise the runtime would
 * allocate 64 KiB for each read, and what it cuts off of that lives on as garbage.
 */
const READ_BUFFER = Buffer.allocUnsafeSlow(64 * 1024)

const KEEP_ALIVE_PROBE_MS = 60_000

/** Hears of one socket. */
export interface SocketEvents {
  /** The bytes are in a buffer that the next read overwrites. */
  read(bytes: Buffer, length: number): void
  /** Requests can be written. */
  standing(socket: Socket): void
  failed(error: Error): void
  /** The other side writes no more. */
  ended(): void
  closed(): void
}

/** Opens a socket. @returns what closes it, however far it is; nothing is told then but `closed`. */
export function openSocket(origin: HttpOrigin, events: SocketEvents): () => void {
  const { proxy } = origin
  if (!proxy) {
    const socket = heard(openStraight(origin, events), events)
    return () => void socket.destroy()
  }
  return openTunnel(
    { ...origin, proxy },
    {
      standing: (socket) => {
        // Of a socket on top of another the runtime makes the buffers.
        socket.on('data', (bytes: Buffer) => events.read(bytes, bytes.length))
        heard(socket, events)
        events.standing(socket)
      },
      failed: (error) => events.failed(error),
    },
  )
}

function openStraight(origin: HttpOrigin, { read, standing }: SocketEvents): Socket {
  const { isSecure, host, port } = origin
  const callback = (length: number) => {
    read(READ_BUFFER, length)
    return true
  }
  const options = {
    host,
    port,
    onread: { buffer: READ_BUFFER, callback },
  }
  const socket: Socket = isSecure
    ? connectTls({ ...options, ...serverName(host), ...trust(origin), ALPNProtocols: ['http/1.1'] }, () =>
        standing(socket),
      )
    : connect(options, () => standing(socket))
  return socket
}

/** Tokens of a request must not wait for the acknowledgement of those before them; and a peer that is gone shows some day. */
function heard(socket: Socket, { failed, ended, closed }: SocketEvents): Socket {
  socket.setNoDelay(true).setKeepAlive(true, KEEP_ALIVE_PROBE_MS)
  return socket.on('error', failed).on('end', ended).on('close', closed)
}
