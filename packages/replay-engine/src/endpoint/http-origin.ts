import type { HttpProxy, Passage } from './passage.ts'

/** Where connections go. */
export interface HttpOrigin {
  readonly isSecure: boolean
  /** A name or an address; that of IPv6 without brackets. */
  readonly host: string
  readonly port: number
  /** Connections go through it. */
  readonly proxy?: HttpProxy
  /** Its certificate is not checked. */
  readonly insecure?: boolean
}

/** @param origin scheme, host and port, as `URL.origin` has them. */
export function parseHttpOrigin(origin: string, { proxies = {}, insecure }: Passage = {}): HttpOrigin {
  const { protocol, hostname, port } = new URL(origin)
  const isSecure = protocol === 'https:'
  return {
    isSecure,
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? (isSecure ? 443 : 80) : Number(port),
    ...(Object.hasOwn(proxies, origin) && { proxy: proxies[origin]! }),
    ...(insecure && { insecure }),
  }
}
