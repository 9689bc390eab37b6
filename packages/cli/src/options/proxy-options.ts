import { BlockList, isIP, isIPv6 } from 'node:net'
import { type HttpProxy, parseProxyUrl, proxyAddress } from '@reprise/replay-engine/endpoint'
import { UsageError } from '../terminal/exit-codes.ts'

/** Which endpoints are reached through which proxies. */
export interface ProxyChoice {
  /** By the origin of the endpoint; empty: none goes through any. */
  readonly proxies: Readonly<Record<string, HttpProxy>>
  /** What a result says of it, one for each endpoint. */
  readonly told: readonly ToldProxy[]
}

export interface ToldProxy {
  readonly endpoint: string
  /** Without who asks. */
  readonly proxy: string
  /** The flag or the variable that says so. */
  readonly by: string
}

type Env = Readonly<Record<string, string | undefined>>

/**
 * The proxies of endpoints: that of `--proxy`, none where it says `none`, else those of the environment, in its usual names. This machine itself is
 * never behind one that the environment names.
 *
 * Source: curl's manual, "Environment"; Go's net/http ProxyFromEnvironment, for this machine, address ranges and ports in NO_PROXY.
 *
 * @throws UsageError where what is named is no HTTP proxy, or a flag holds a password.
 */
export function proxiesOf(urls: readonly string[], flag: string | undefined, env: Env): ProxyChoice {
  if (flag === 'none') return { proxies: {}, told: [] }
  const found = urls.flatMap((url) => {
    const origin = new URL(url).origin
    const named = flag === undefined ? fromEnvironment(new URL(url), env) : { by: '--proxy', text: flag }
    if (!named) return []
    const proxy = parseProxyUrl(named.text)
    // Whatever is mistyped may be secret.
    if (!proxy)
      throw new UsageError(
        `${named.by}: not the address of an http or https proxy; write one such as http://proxy:3128, or give --proxy none`,
      )
    if (named.by === '--proxy' && proxy.authorization !== undefined)
      throw new UsageError(
        '--proxy holds a user or a password, and the command line is kept: give the address with them in HTTPS_PROXY or HTTP_PROXY',
      )
    return [{ origin, proxy, told: { endpoint: origin, proxy: proxyAddress(proxy), by: named.by } }]
  })
  return {
    proxies: Object.fromEntries(found.map(({ origin, proxy }) => [origin, proxy])),
    told: found.map(({ told }) => told),
  }
}

/** What is said before a run. */
export function renderProxies(told: readonly ToldProxy[]): string {
  return told
    .map(
      ({ endpoint, proxy, by }) =>
        `warning: all requests to ${endpoint} go through the proxy ${proxy} (${by}): its time is in every latency; --proxy none goes straight\n`,
    )
    .join('')
}

function fromEnvironment(url: URL, env: Env): { readonly by: string; readonly text: string } | undefined {
  const scheme = url.protocol === 'https:' ? 'https_proxy' : 'http_proxy'
  const names = [scheme, scheme.toUpperCase(), 'all_proxy', 'ALL_PROXY']
  const by = names.find((name) => env[name] !== undefined && env[name] !== '')
  if (by === undefined || isExempt(url, env.no_proxy ?? env.NO_PROXY ?? '')) return undefined
  return { by, text: env[by]! }
}

function isExempt(url: URL, list: string): boolean {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1').toLowerCase()
  if (host === 'localhost' || host.endsWith('.localhost') || isInRange(host, '127.0.0.0/8') || host === '::1')
    return true
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  const entries = list.split(/[\s,]+/).filter((entry) => entry !== '')
  return entries.some((entry) => covers(entry.toLowerCase(), host, port))
}

function covers(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true
  if (entry.includes('/')) return isInRange(host, entry)
  const [, name = '', only] = /^\[?([^\]]*?)\]?(?::(\d+))?$/.exec(isIPv6(entry) ? `[${entry}]` : entry) ?? []
  if (only !== undefined && only !== port) return false
  const suffix = name.replace(/^\*?\./, '')
  return host === suffix || (isIP(suffix) === 0 && host.endsWith(`.${suffix}`))
}

function isInRange(host: string, range: string): boolean {
  const [net = '', bits = ''] = range.split('/')
  const [family, other] = [isIP(net), isIP(host)]
  const prefix = Number(bits)
  if (family === 0 || family !== other || !/^\d+$/.test(bits) || prefix > (family === 4 ? 32 : 128)) return false
  const block = new BlockList()
  const kind = family === 4 ? 'ipv4' : 'ipv6'
  block.addSubnet(net, prefix, kind)
  return block.check(host, kind)
}
