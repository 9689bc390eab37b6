import { once } from 'node:events'
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { ExchangeEnd, RouteForm } from '../exchange.ts'
import { identityHeaders } from '../identity-headers.ts'
import { routeForm } from '../route-form.ts'
import type { ToolEvents } from '../tools/parse-tool-events.ts'
import type { ExchangeTape, OpenedExchange } from './exchange-tape.ts'
import { forward } from './forward.ts'
import { listenError } from './listen-error.ts'
import { ownReply } from './own-reply.ts'
import { passUpgrade } from './pass-upgrade.ts'
import { takeToolEvents, toolEventsPath } from './take-tool-events.ts'
import { maxHeaderSize, type Upstream, UpstreamLink } from './upstream.ts'

export interface ProxyOptions {
  readonly host: string
  /** 0: a free one. */
  readonly port: number
  readonly upstream: Upstream
  /** Milliseconds since the capture's origin. */
  readonly now: () => number
  /** Takes an exchange down; undefined: there is no room, and it is passed on alone. */
  readonly record: (opened: OpenedExchange) => ExchangeTape | undefined
  /** A harness has told of its tools. */
  readonly onTools: (told: ToolEvents) => void
  /** Why the upstream did not reply. */
  readonly onRefused: (message: string) => void
}

/** What has gone through. */
export interface ProxyCounts {
  readonly requests: Readonly<Record<RouteForm, number>>
  readonly open: number
  readonly upgrades: number
  readonly requestBytes: number
  readonly replyBytes: number
  readonly ends: Readonly<Record<ExchangeEnd, number>>
}

export interface RunningProxy {
  readonly url: string
  counts(): ProxyCounts
  /** No connection more; resolves when what is open has ended, or when `cut` aborts and it was cut. */
  close(cut: AbortSignal): Promise<void>
}

/**
 * A proxy that passes everything on to one upstream, and takes down the requests of the forms that can be recorded.
 *
 * @throws ListenError
 */
export async function startProxy(options: ProxyOptions): Promise<RunningProxy> {
  const { host, port, upstream, now, record, onTools, onRefused } = options
  const requests: Record<RouteForm, number> = { chat: 0, completions: 0, responses: 0, messages: 0, other: 0 }
  const ends: Record<ExchangeEnd, number> = {
    complete: 0,
    'client-gone': 0,
    'upstream-died': 0,
    stalled: 0,
    'proxy-closed': 0,
  }
  const bytes = { request: 0, reply: 0 }
  const links = new WeakMap<object, UpstreamLink>()
  const halfClosed = new WeakSet<object>()
  let open = 0
  let upgrades = 0
  let isClosing = false
  let onIdle = () => {}

  const passOn = (request: IncomingMessage, response: ServerResponse) => {
    const receivedMs = now()
    if (!request.url!.startsWith('/') && request.url !== '*') {
      ownReply(response, 400, noForwardProxy)
      return
    }
    if (request.method === 'POST' && request.url === toolEventsPath) {
      void takeToolEvents(request, response, onTools)
      return
    }
    const form = routeForm(request.method!, request.url!)
    requests[form] += 1
    open += 1
    const tape = form === 'other' ? undefined : record({ form, receivedMs, ...headOf(request) })
    forward(request, response, {
      upstream,
      link: links.get(request.socket)!,
      tape,
      now,
      isClosing: () => isClosing,
      hasHalfClosed: () => halfClosed.has(request.socket),
      onBytes: (requested, replied) => {
        bytes.request += requested
        bytes.reply += replied
      },
      onRefused,
      onOver: (end) => {
        open -= 1
        ends[end] += 1
        if (open === 0) onIdle()
      },
    })
  }

  const server = http.createServer(
    {
      noDelay: true,
      // How long anything may take is between the client and the upstream.
      keepAliveTimeout: 0,
      requestTimeout: 0,
      headersTimeout: 0,
      maxHeaderSize,
      // Others offer an upgrade with an ordinary request, and mean that one.
      shouldUpgradeCallback: (request) => request.headers.upgrade?.toLowerCase() === 'websocket',
    },
    passOn,
  )
  // A client that has no more to send may still want its reply.
  Object.assign(server, { httpAllowHalfOpen: true })
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    const link = new UpstreamLink(upstream, () => socket.end())
    links.set(socket, link)
    sockets.add(socket)
    socket.on('end', () => {
      halfClosed.add(socket)
      link.endSending()
    })
    socket.on('close', () => {
      sockets.delete(socket)
      link.close()
    })
  })
  server.on('checkContinue', passOn)
  server.on('checkExpectation', passOn)
  server.on('upgrade', (request, socket) => {
    upgrades += 1
    passUpgrade(request, socket, { upstream, link: links.get(socket)!, onRefused })
  })
  server.on('connect', (_request, socket) => {
    socket.on('error', () => {})
    socket.end(`HTTP/1.1 405 Method Not Allowed\r\nConnection: close\r\n\r\n${noForwardProxy.message}\n`)
  })
  server.listen(port, host)
  await once(server, 'listening').catch((error) => {
    throw listenError(error, { host, port, flags: ['--port', '--host'] })
  })
  server.on('error', () => {})

  const { port: taken } = server.address() as AddressInfo
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}`,
    counts: () => ({
      requests: { ...requests },
      open,
      upgrades,
      requestBytes: bytes.request,
      replyBytes: bytes.reply,
      ends: { ...ends },
    }),
    close: async (cut) => {
      const closed = once(server, 'close')
      server.close()
      server.closeIdleConnections()
      const onCut = Promise.withResolvers<void>()
      cut.addEventListener('abort', () => onCut.resolve(), { once: true })
      if (open > 0 && !cut.aborted)
        await Promise.race([new Promise<void>((resolve) => (onIdle = resolve)), onCut.promise])
      isClosing = true
      for (const socket of sockets) cut.aborted ? socket.destroy() : socket.destroySoon()
      await closed
    },
  }
}

const noForwardProxy = {
  type: 'no_forward_proxy',
  message:
    'reprise capture: this is no forward proxy; unset HTTP_PROXY and give the client its address as base URL (OPENAI_BASE_URL, ANTHROPIC_BASE_URL)',
} as const

function headOf({ headers, rawHeaders }: IncomingMessage): Pick<OpenedExchange, 'identity' | 'contentCoding'> {
  const identity = new Map<string, string>()
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!.toLowerCase()
    if (identityHeaders.has(name) && !identity.has(name)) identity.set(name, rawHeaders[at + 1]!)
  }
  const contentCoding = headers['content-encoding']
  return { identity, ...(contentCoding !== undefined && { contentCoding }) }
}
