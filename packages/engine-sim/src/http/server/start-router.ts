import { Agent, createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ServerStartError } from './start-server.ts'

export interface RouterOptions {
  /** Where requests go, in turn; without a path. */
  readonly targets: readonly string[]
  /** Default 127.0.0.1. */
  readonly host?: string
  /** 0 takes a free one. Default 8000. */
  readonly port?: number
}

export interface RunningRouter {
  /** Without a trailing slash. */
  readonly url: string
  /** Ends every connection. */
  close(): Promise<void>
}

/** A worker that is alive answers its health in less. */
const healthTimeoutMs = 2_000

/**
 * Stands in for the router of a deployment of several workers: hands each generation on to the next of them, and its answer back as it
 * comes. It is healthy when all of them are; what is no generation goes to the first.
 *
 * @throws ServerStartError when the address is taken, not allowed, or none.
 */
export async function startRouter({ targets, host = '127.0.0.1', port = 8000 }: RouterOptions): Promise<RunningRouter> {
  const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY })
  const urls = targets.map((target) => new URL(target))
  let turn = 0
  const server = createServer((request, response) => {
    if (request.url === '/health') return void answerHealth(urls, response)
    const isGeneration = request.method === 'POST'
    handOn(request, response, { target: urls[isGeneration ? turn++ % urls.length : 0]!, agent })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(new ServerStartError(`cannot listen on ${host}:${port} (${error.message})`)))
    server.listen(port, host, resolve)
  })
  const { port: taken } = server.address() as AddressInfo
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}`,
    close: async () => {
      agent.destroy()
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}

async function answerHealth(targets: readonly URL[], response: ServerResponse): Promise<void> {
  const isHealthy = async (target: URL) => {
    try {
      const found = await fetch(new URL('/health', target), { signal: AbortSignal.timeout(healthTimeoutMs) })
      await found.body?.cancel()
      return found.status === 200
    } catch {
      return false
    }
  }
  const all = await Promise.all(targets.map(isHealthy))
  response.writeHead(all.every(Boolean) ? 200 : 503).end()
}

/** A client that goes away takes its request with it; a worker that does leaves an answer that breaks off, or 502 where none has begun. */
function handOn(
  request: IncomingMessage,
  response: ServerResponse,
  { target, agent }: { readonly target: URL; readonly agent: Agent },
): void {
  const { method, url: path, headers } = request
  const passed = httpRequest({
    host: target.hostname,
    port: target.port,
    method,
    path,
    agent,
    headers: { ...headers, host: target.host },
  })
  passed.on('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(response)
    answer.on('error', () => response.destroy())
    answer.on('aborted', () => response.destroy())
  })
  passed.on('error', (error) => {
    if (response.headersSent) return void response.destroy()
    response.writeHead(502, { 'content-type': 'application/json' })
    response.end(
      JSON.stringify({ error: { message: `the worker ${target.host} does not answer (${error.message})`, code: 502 } }),
    )
  })
  response.on('close', () => passed.destroy())
  request.pipe(passed)
}
