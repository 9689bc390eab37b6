import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface StandInOptions {
  /** By path; those named `.gz` are held as large files are, with a SHA-256. */
  readonly files: Readonly<Record<string, string | Buffer>>
  readonly token?: string
}

/** A stand-in for the Hub and the host that it sends for files to: one data set, `acme/traces`, and what goes wrong with it. */
export class HubStandIn {
  /** Every request: host, path, whether it had a token, and its range. */
  readonly requests: string[] = []
  /** Answers that are to fail first, by status. */
  failures: number[] = []
  /** The next file breaks off after so many bytes. */
  cutAfter: number | undefined
  /** Bytes are changed on the way. */
  corrupt = false
  /** Ranges are not heeded. */
  ignoresRanges = false
  /** The host that the second page of a listing is said to be on. */
  nextPageOn: string | undefined
  commit = 'a'.repeat(40)
  readonly #options: StandInOptions
  readonly #hub = createServer((request, response) => this.#answer(request, response))
  readonly #store = createServer((request, response) => this.#give(request, response))

  constructor(options: StandInOptions) {
    this.#options = options
  }

  async start(): Promise<void> {
    for (const server of [this.#hub, this.#store])
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  }

  async stop(): Promise<void> {
    for (const server of [this.#hub, this.#store]) {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#hub.address() as AddressInfo).port}`
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    this.#note('hub', request)
    const failure = this.failures.shift()
    const { token } = this.#options
    const url = new URL(request.url!, 'http://hub')
    const path = decodeURIComponent(url.pathname)
    const resolved = `/datasets/acme/traces/resolve/${this.commit}/`
    if (failure !== undefined) {
      end(response, failure, { 'retry-after': '0' })
    } else if (token !== undefined && request.headers.authorization !== `Bearer ${token}`) {
      end(response, 401)
    } else if (path === '/api/datasets/acme/traces/revision/main') {
      json(response, { _id: '1', id: 'acme/traces', sha: this.commit, lastModified: '2026-01-01' })
    } else if (path === `/api/datasets/acme/traces/tree/${this.commit}`) {
      this.#tree(url, response)
    } else if (path.startsWith(resolved)) {
      const store = `http://127.0.0.1:${(this.#store.address() as AddressInfo).port}`
      end(response, 302, { location: `${store}/${encodeURIComponent(path.slice(resolved.length))}` })
    } else {
      end(response, 404)
    }
  }

  /** Two entries at a time, as the Hub pages long lists. */
  #tree(url: URL, response: ServerResponse): void {
    const all = [
      { type: 'directory', path: 'data', oid: '0', size: 0 },
      ...Object.keys(this.#options.files).map((path) => this.#entry(path)),
    ]
    const from = Number(url.searchParams.get('cursor') ?? 0)
    if (from + 2 < all.length) {
      url.searchParams.set('cursor', String(from + 2))
      response.setHeader('link', `<${this.nextPageOn ?? this.endpoint}${url.pathname}${url.search}>; rel="next"`)
    }
    json(response, all.slice(from, from + 2))
  }

  #entry(path: string): object {
    const bytes = this.#bytesOf(path)
    if (!path.endsWith('.gz')) return { type: 'file', path, size: bytes.length, oid: gitBlob(bytes) }
    const oid = createHash('sha256').update(bytes).digest('hex')
    return {
      type: 'file',
      path,
      size: bytes.length,
      oid: 'pointer',
      lfs: { oid, size: bytes.length, pointerSize: 130 },
    }
  }

  #give(request: IncomingMessage, response: ServerResponse): void {
    this.#note('store', request)
    const whole = this.#bytesOf(decodeURIComponent(request.url!.slice(1)))
    const bytes = this.corrupt ? Buffer.from(whole.map((byte) => byte ^ 1)) : whole
    const from = this.ignoresRanges ? 0 : Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': bytes.length - from })
    const { cutAfter } = this
    this.cutAfter = undefined
    if (cutAfter === undefined) response.end(bytes.subarray(from))
    else response.write(bytes.subarray(from, from + cutAfter), () => setTimeout(() => response.destroy(), 20))
  }

  #bytesOf(path: string): Buffer {
    return Buffer.from(this.#options.files[path]!)
  }

  #note(host: string, { url, headers }: IncomingMessage): void {
    const token = headers.authorization === undefined ? '' : ' with a token'
    this.requests.push(
      `${host} ${decodeURIComponent(url!.split('?')[0]!)}${token}${headers.range ? ` ${headers.range}` : ''}`,
    )
  }
}

function gitBlob(bytes: Buffer): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex')
}

function json(response: ServerResponse, value: unknown): void {
  end(response, 200, { 'content-type': 'application/json' }, JSON.stringify(value))
}

function end(response: ServerResponse, status: number, headers: Record<string, string> = {}, body = ''): void {
  response.writeHead(status, headers)
  response.end(body)
}
