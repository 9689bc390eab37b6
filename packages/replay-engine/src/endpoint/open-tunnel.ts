import { connect, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { printable } from '@reprise/safe-text'
import type { HttpOrigin } from './http-origin.ts'
import { type HttpProxy, proxyAddress } from './passage.ts'

const HEAD_END = '\r\n\r\n'
const MAX_HEAD_BYTES = 64 * 1024

/** Hears of one tunnel, and of nothing after the first of these. */
export interface TunnelEvents {
  /** Requests can be written. Nothing has been read of it yet. */
  standing(socket: Socket): void
  failed(error: Error): void
}

/**
 * Opens a connection to an origin through a proxy, by CONNECT whether it is secured or not: the proxy then hands bytes on and reads none of
 * them. Source: RFC 9110, 9.3.6.
 *
 * @returns what closes it, however far it is.
 */
export function openTunnel(origin: HttpOrigin & { readonly proxy: HttpProxy }, events: TunnelEvents): () => void {
  const { proxy, isSecure, host } = origin
  let latest: Socket
  const base: Socket = proxy.isSecure
    ? connectTls({ ...proxyEnd(proxy), ...serverName(proxy.host) }, () => ask())
    : connect(proxyEnd(proxy), () => ask())
  latest = base.setNoDelay(true)
  const failed = (error: Error) => {
    latest.destroy()
    events.failed(error)
  }
  const closed = () => failed(new Error(`the proxy ${proxyAddress(proxy)} closed the connection`))
  base.once('error', failed).once('close', closed)
  const ask = () => {
    base.write(connectRequest(origin), 'latin1')
    let head = Buffer.alloc(0)
    const read = (bytes: Buffer) => {
      head = Buffer.concat([head, bytes])
      const end = head.indexOf(HEAD_END)
      if (end < 0 && head.length <= MAX_HEAD_BYTES) return
      base.off('data', read)
      base.pause()
      const objection = end < 0 ? 'something that is not HTTP' : refusalIn(head.toString('latin1', 0, end))
      if (objection === undefined) through(head.subarray(end + HEAD_END.length))
      else failed(new Error(`the proxy ${proxyAddress(proxy)} answered ${objection} to CONNECT ${authorityOf(origin)}`))
    }
    base.on('data', read)
  }
  const through = (rest: Buffer) => {
    if (rest.length > 0) base.unshift(rest)
    if (!isSecure) {
      base.off('error', failed).off('close', closed)
      events.standing(base)
      base.resume()
      return
    }
    const secured = connectTls(
      { socket: base, ...serverName(host), ...trust(origin), ALPNProtocols: ['http/1.1'] },
      () => {
        secured.off('error', failed)
        base.off('error', failed).off('close', closed)
        events.standing(secured)
      },
    )
    latest = secured
    secured.once('error', failed)
  }
  return () => {
    base
      .off('error', failed)
      .off('close', closed)
      .on('error', () => {})
    latest.destroy()
    base.destroy()
  }
}

/** What a handshake with an origin goes by. */
export function trust({ insecure }: HttpOrigin): { readonly rejectUnauthorized?: false } {
  return insecure ? { rejectUnauthorized: false } : {}
}

/** Addresses are not names that a certificate is asked for by. */
export function serverName(host: string): { readonly servername?: string } {
  return isIP(host) === 0 ? { servername: host } : {}
}

function proxyEnd({ host, port }: HttpProxy) {
  return { host, port }
}

function authorityOf({ host, port }: HttpOrigin): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}

function connectRequest(origin: HttpOrigin & { readonly proxy: HttpProxy }): string {
  const { authorization } = origin.proxy
  const who = authorization === undefined ? '' : `proxy-authorization: ${authorization}\r\n`
  const authority = authorityOf(origin)
  return `CONNECT ${authority} HTTP/1.1\r\nhost: ${authority}\r\n${who}\r\n`
}

/** Undefined where the tunnel stands. */
function refusalIn(head: string): string | undefined {
  const [line = ''] = head.split('\r\n', 1)
  const status = /^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(line)?.[1]
  if (status === undefined) return 'something that is not HTTP'
  if (status.startsWith('2')) return undefined
  return printable(line.slice('HTTP/1.1 '.length), 100) + (status === '407' ? ' (it asks who you are)' : '')
}
