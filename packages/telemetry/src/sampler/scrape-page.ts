import { Agent as HttpAgent, get as httpGet, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, get as httpsGet } from 'node:https'
import { printable } from '@reprise/safe-text'
import { type MetricsPage, parsePage } from '../page/parse-page.ts'
import type { ScrapeProblem } from '../samples/sample-line.ts'

/** What an address answered: a page, or why it is none. */
export type Scrape = { readonly page: MetricsPage } | { readonly problem: ScrapeProblem; readonly detail?: string }

export interface ScrapeLimits {
  /** For the whole answer. */
  readonly timeoutMs: number
  /** Of the page; the rest is not read, and the connection is closed. */
  readonly maxPageBytes: number
}

/** How pages are reached. It stands in no file: it may hold what is secret. */
export interface PageAccess {
  /** Sent with every request for a page. */
  readonly headers?: Readonly<Record<string, string>>
  /** By the origin of a page, the address of the HTTP proxy that leads to it, with who asks. */
  readonly proxies?: Readonly<Record<string, string>>
}

/** A page of the largest deployments has a tenth of it. */
export const maxPageBytes = 16 * 1024 * 1024

/** Asks an address for its page, over a connection that is kept. Redirects are not followed. Never throws: every end is an answer. */
export class PageScraper {
  readonly #limits: ScrapeLimits
  readonly #access: PageAccess
  /** By scheme, and by the proxy that leads there. */
  readonly #agents = new Map<string, HttpAgent>()

  constructor(limits: ScrapeLimits, access: PageAccess = {}) {
    this.#limits = limits
    this.#access = access
  }

  scrape(url: string, signal: AbortSignal): Promise<Scrape> {
    const { timeoutMs } = this.#limits
    const { promise, resolve } = Promise.withResolvers<Scrape>()
    const isTls = url.startsWith('https:')
    const options = { agent: this.#agentFor(url, isTls), headers: { ...this.#access.headers, accept: accepted } }
    const request = (isTls ? httpsGet : httpGet)(url, options, (response) => this.#read(response, end))
    const end = (answer: Scrape) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', give)
      // A reply that was read to its end leaves its connection to the next.
      if (!('page' in answer)) request.destroy()
      resolve(answer)
    }
    const give = () => end({ problem: 'timeout', detail: 'the run ended first' })
    const timer = setTimeout(
      () => end({ problem: 'timeout', detail: `no whole page within ${timeoutMs} ms` }),
      timeoutMs,
    )
    signal.addEventListener('abort', give)
    if (signal.aborted) give()
    request.on('error', (error) => end({ problem: 'unreachable', detail: printable(error.message, 200) }))
    return promise
  }

  close(): void {
    for (const agent of this.#agents.values()) agent.destroy()
  }

  #agentFor(url: string, isTls: boolean): HttpAgent {
    const proxy = this.#access.proxies?.[new URL(url).origin]
    const key = `${isTls} ${proxy}`
    const known = this.#agents.get(key)
    if (known) return known
    const options = {
      ...{ keepAlive: true, maxSockets: 1 },
      ...(proxy !== undefined && { proxyEnv: { HTTP_PROXY: proxy, HTTPS_PROXY: proxy } }),
    }
    const agent = isTls ? new HttpsAgent(options) : new HttpAgent(options)
    this.#agents.set(key, agent)
    return agent
  }

  #read(response: IncomingMessage, end: (answer: Scrape) => void): void {
    const { maxPageBytes } = this.#limits
    if (response.statusCode !== 200) {
      end({ problem: 'status', detail: `HTTP ${response.statusCode}` })
      return
    }
    if (/\bjson\b/.test(response.headers['content-type'] ?? '')) {
      end({ problem: 'not-metrics', detail: 'it answers JSON' })
      return
    }
    const chunks: Buffer[] = []
    let bytes = 0
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > maxPageBytes) end({ problem: 'too-large', detail: `more than ${maxPageBytes} bytes` })
      else chunks.push(chunk)
    })
    response.on('error', (error) => end({ problem: 'broken', detail: printable(error.message, 200) }))
    response.on('end', () => {
      const page = parsePage(Buffer.concat(chunks).toString('utf8'))
      end(typeof page === 'string' ? { problem: page } : { page })
    })
  }
}

const accepted = 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.9'
