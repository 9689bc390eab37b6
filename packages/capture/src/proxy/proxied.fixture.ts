import { once } from 'node:events'
import http, { type IncomingMessage, type RequestListener } from 'node:http'
import net, { type AddressInfo, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import type { ExchangeEnd } from '../exchange.ts'
import type { ToolEvent } from '../tools/parse-tool-events.ts'
import type { OpenedExchange } from './exchange-tape.ts'
import { type RunningProxy, startProxy } from './start-proxy.ts'

/** What was taken down of one exchange. */
export interface TakenDown {
  readonly opened: OpenedExchange
  request: string
  reply: string
  status?: number
  isRequested: boolean
  isForwarded: boolean
  end?: ExchangeEnd
}

export interface Proxied {
  readonly proxy: RunningProxy
  readonly port: number
  readonly taken: TakenDown[]
  readonly tools: ToolEvent[]
  readonly refused: string[]
  /** Resolves when the exchange of that number is over. */
  over(index: number): Promise<TakenDown>
  close(): Promise<void>
}

/** A proxy in front of a port of this machine, whose tape is in memory. */
export async function proxyOf(upstreamPort: number, prefix = '', now = () => performance.now()): Promise<Proxied> {
  const taken: TakenDown[] = []
  const tools: ToolEvent[] = []
  const refused: string[] = []
  const waiting: (() => void)[] = []
  const proxy = await startProxy({
    host: '127.0.0.1',
    port: 0,
    upstream: { origin: `http://127.0.0.1:${upstreamPort}`, prefix },
    now,
    record: (opened) => {
      const one: TakenDown = { opened, request: '', reply: '', isRequested: false, isForwarded: false }
      taken.push(one)
      return {
        request: (bytes) => (one.request += bytes.toString('latin1')),
        requested: () => (one.isRequested = true),
        forwarded: () => (one.isForwarded = true),
        replied: ({ status }) => (one.status = status),
        reply: (bytes) => (one.reply += bytes.toString('latin1')),
        over: (end) => {
          one.end = end
          for (const wake of waiting.splice(0)) wake()
        },
      }
    },
    onTools: ({ events }) => tools.push(...events),
    onRefused: (message) => refused.push(message),
  })
  const over = async (index: number): Promise<TakenDown> => {
    while (taken[index]?.end === undefined) await new Promise<void>((resolve) => waiting.push(resolve))
    return taken[index]
  }
  return {
    proxy,
    port: Number(new URL(proxy.url).port),
    taken,
    tools,
    refused,
    over,
    close: () => proxy.close(AbortSignal.abort()),
  }
}

/** A proxy in front of an upstream, until the test ends. */
export async function between(
  upstream: Promise<Listening>,
  prefix = '',
  now?: () => number,
): Promise<Proxied & { readonly upstream: Listening }> {
  const behind = await upstream
  onTestFinished(behind.close)
  const proxied = await proxyOf(behind.port, prefix, now)
  onTestFinished(proxied.close)
  return { ...proxied, upstream: behind }
}

export const post = (port: number, path: string, body: Buffer, headers: http.OutgoingHttpHeaders = {}) =>
  new Promise<http.IncomingMessage>((resolve, reject) => {
    const request = http.request({ port, host: '127.0.0.1', path, method: 'POST', headers, agent: false }, resolve)
    request.on('error', reject)
    request.end(body)
  })

export interface Listening {
  readonly port: number
  /** Connections that were made to it. */
  readonly sockets: Socket[]
  close(): Promise<void>
}

/** An HTTP server on a free port. */
export async function upstreamOf(listener: RequestListener): Promise<Listening> {
  return listening(http.createServer({ keepAliveTimeout: 0 }, listener))
}

/** A server of raw connections on a free port. */
export async function rawUpstream(onConnection: (socket: Socket) => void): Promise<Listening> {
  return listening(net.createServer({ allowHalfOpen: true }, onConnection))
}

async function listening(server: net.Server): Promise<Listening> {
  const sockets: Socket[] = []
  server.on('connection', (socket: Socket) => {
    sockets.push(socket)
    socket.on('error', () => {})
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    sockets,
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

/** The body of a message, and that it came to its end. */
export async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of message) parts.push(part as Buffer)
  return Buffer.concat(parts)
}

/** A raw connection to a port, and what has come over it. */
export class RawClient {
  readonly socket: Socket
  text = ''
  #wake: () => void = () => {}
  isEnded = false

  constructor(port: number) {
    this.socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    this.socket.setEncoding('latin1').on('data', (text: string) => {
      this.text += text
      this.#wake()
    })
    this.socket.on('error', () => {})
    for (const event of ['end', 'close']) {
      this.socket.on(event, () => {
        this.isEnded = true
        this.#wake()
      })
    }
  }

  send(text: string): void {
    this.socket.write(text, 'latin1')
  }

  /** Resolves when that has come; throws when the connection ends without. */
  async until(text: string | RegExp): Promise<void> {
    const has = () => (typeof text === 'string' ? this.text.includes(text) : text.test(this.text))
    while (!has()) {
      if (this.isEnded) throw new Error(`ended without ${text}: ${this.text}`)
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  async ended(): Promise<void> {
    while (!this.isEnded) await new Promise<void>((resolve) => (this.#wake = resolve))
  }
}
