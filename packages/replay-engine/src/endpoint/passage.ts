/** What lies between this client and its endpoints. */
export interface Passage {
  /** By the origin of the endpoint; absent: connections go there straight. */
  readonly proxies?: Readonly<Record<string, HttpProxy>>
  /** Certificates are not checked: nobody knows who answers. */
  readonly insecure?: boolean
}

/** A proxy that lets tunnels through. */
export interface HttpProxy {
  /** The connection to the proxy itself is secured. */
  readonly isSecure: boolean
  /** A name or an address; that of IPv6 without brackets. */
  readonly host: string
  readonly port: number
  /** Value of the header that says who asks. Stands in no file and no message. */
  readonly authorization?: string
}

/** The proxy at an address, which may hold a user and a password; undefined where it is not the address of an HTTP proxy. */
export function parseProxyUrl(text: string): HttpProxy | undefined {
  const url = URL.parse(/^[a-z0-9+.-]+:\/\//i.test(text) ? text : `http://${text}`)
  if (!url || !/^https?:$/.test(url.protocol) || url.hostname === '') return undefined
  const isSecure = url.protocol === 'https:'
  const user = decoded(`${url.username}:${url.password}`)
  return {
    isSecure,
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? (isSecure ? 443 : 80) : Number(url.port),
    ...(url.username !== '' && { authorization: `Basic ${Buffer.from(user).toString('base64')}` }),
  }
}

/** Where it is, without who asks. */
export function proxyAddress({ isSecure, host, port }: HttpProxy): string {
  return `${isSecure ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** Where it is, with who asks. Secret as that is. */
export function proxyUrl(proxy: HttpProxy): string {
  const url = new URL(proxyAddress(proxy))
  const [, user = '', password = ''] = /^([^:]*):(.*)$/s.exec(userOf(proxy)) ?? []
  url.username = encodeURIComponent(user)
  url.password = encodeURIComponent(password)
  return url.href
}

function userOf({ authorization = '' }: HttpProxy): string {
  return Buffer.from(authorization.replace(/^Basic /, ''), 'base64').toString()
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
