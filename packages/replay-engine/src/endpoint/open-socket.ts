import { connect, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

/** Where connections go. */
export interface HttpOrigin {
  readonly isSecure: boolean
  /** A name or an address; that of IPv6 without brackets. */
  readonly host: string
  readonly port: number
}

/** @param origin scheme, host and port, as `URL.origin` has them. */
export function parseHttpOrigin(origin: string): HttpOrigin {
  const { protocol, hostname, port } = new URL(origin)
  const isSecure = protocol === 'https:'
  return {
    isSecure,
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? (isSecure ? 443 : 80) : Number(port),
  }
}

/**
 * Every socket reads into this, and what came is read where it stands, before the next read of any socket. Otherwise the runtime would
 * allocate 64 KiB for each read, and what it cuts off of that lives on as garbage.
 */
const READ_BUFFER = Buffer.allocUnsafeSlow(64 * 1024)

const KEEP_ALIVE_PROBE_MS = 60_000

/**
 * Opens a socket. It emits no data: each read goes to `onRead`, whose bytes are in a buffer that the next read overwrites.
 *
 * @param onStanding once requests can be written.
 */
export function openSocket(
  { isSecure, host, port }: HttpOrigin,
  onRead: (bytes: Buffer, length: number) => void,
  onStanding: () => void,
): Socket {
  const callback = (length: number) => {
    onRead(READ_BUFFER, length)
    return true
  }
  const options = {
    host,
    port,
    onread: { buffer: READ_BUFFER, callback },
  }
  const socket = isSecure
    ? connectTls({ ...options, ...(isIP(host) === 0 && { servername: host }), ALPNProtocols: ['http/1.1'] }, onStanding)
    : connect(options, onStanding)
  // Tokens of a request must not wait for the acknowledgement of those before them; and a peer that is gone shows some day.
  return socket.setNoDelay(true).setKeepAlive(true, KEEP_ALIVE_PROBE_MS)
}
