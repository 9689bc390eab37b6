import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Clock, WallClock } from '@reprise/replay-engine/clock'
import type { EngineMaker } from '../../core/engine.ts'
import type { EngineConfig } from '../../core/engine-config.ts'
import { makeEngine } from '../../core/engines/make-engine.ts'
import { EngineDriver } from '../../drive/engine-driver.ts'
import { noTemplateTokens, type TemplateTokens } from '../digest-prompt.ts'
import { type Exchange, pathOf } from '../exchange.ts'
import { type FailureKind, type Failures, failsAt } from '../failures.ts'
import type { FinishedExchange } from '../http-metrics.ts'
import type { MannerName, MetricsPage } from '../manner.ts'
import { type ServedRequest, servedRequestOf } from '../request-log.ts'
import { type Routes, route } from '../router.ts'
import type { GenerationSeat } from '../serve-generation.ts'
import { ownVocabulary } from '../vocabulary.ts'
import { vocabularyOf, type WholeTokenizer } from '../vocabulary-of.ts'
import { mannerOf } from './manner-of.ts'

export interface ServerOptions {
  readonly engine: EngineConfig
  /** Whose manners it has; default: those of the engine. */
  readonly manner?: MannerName
  /** Makes what serves, from the description. Default: `makeEngine`. */
  readonly makeEngine?: EngineMaker
  /** Default 127.0.0.1. */
  readonly host?: string
  /** 0 takes a free one. Default 8000. */
  readonly port?: number
  /** Idle connections are closed after this; default 5,000, as uvicorn does. */
  readonly keepAliveMs?: number
  /** What the chat template adds; default nothing. */
  readonly templateTokens?: TemplateTokens
  /** Whose tokens the model reads and says; default: its own words. */
  readonly tokenizer?: WholeTokenizer
  /** Default: a wall clock that starts now. A clock shared with a client gives both one origin. */
  readonly clock?: Clock
  /** Tokens of a stream that are sent together, but for its first and its last ones: `--stream-interval` of the engines. Default 1. */
  readonly streamInterval?: number
  /** The engine's time runs so many times as fast as the clock; default 1. */
  readonly speedup?: number
  /** Requests that fail on purpose; default none. */
  readonly failures?: Failures
  /** Called once for every admitted request, when it has ended. */
  readonly requestLog?: (entry: ServedRequest) => void
  /** Whether log entries hold the instant of every token and of the write that carried it. */
  readonly keepTokenInstants?: boolean
  /** Replies tell when their tokens were made, where the manner has a place for it; default: not. */
  readonly tellsTimes?: boolean
  /** Hears of a bug of ours and the request that met it, which has been answered with status 500 or cut off. Default: a warning of the process. */
  readonly onError?: (error: unknown, request: string) => void
}

export interface RunningServer {
  /** Without a trailing slash. */
  readonly url: string
  readonly port: number
  /** Whose manners it has, for a reader: `vLLM 0.33.0`. */
  readonly manner: string
  /** The clock of every instant in the log. */
  readonly clock: Clock
  /** Ends every connection; requests in flight are aborted. */
  close(): Promise<void>
}

/** The operator can fix this: the address cannot be listened on. */
export class ServerStartError extends Error {
  override readonly name = 'ServerStartError'
}

/**
 * Starts the engine model as an OpenAI-compatible server with the manners of its engine; it listens when the promise is kept.
 *
 * @throws ServerStartError when the address is taken, not allowed, or none.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { host = '127.0.0.1', port = 8000, keepAliveMs = 5000, clock = new WallClock() } = options
  const { streamInterval = 1 } = options
  const { title, renderError, start } = mannerOf(options.engine, options.manner)
  const { metrics, routes } = start({
    engine: options.engine,
    counts: () => seat.driver.counts,
    now: () => clock.now(),
    streamInterval,
  })
  const onError = options.onError ?? warnOfError
  const seat = seatOf(options, clock, metrics)
  const answers = { routes: routes(seat), renderError }
  const server = createServer((request, response) => {
    const exchange: Exchange = {
      request,
      response,
      receivedMs: clock.now(),
      onError: (error) => onError(error, nameOf(request)),
    }
    response.on('close', () =>
      metrics.exchanged?.(finishedExchange(exchange, { routes: answers.routes, now: clock.now() })),
    )
    void route(answers, exchange)
  })
  server.keepAliveTimeout = keepAliveMs
  server.keepAliveTimeoutBuffer = 0
  const address = await listen(server, { host, port })
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
    port: address.port,
    manner: title,
    clock,
    close: () => close(server, seat.driver),
  }
}

function finishedExchange(
  { request, response, receivedMs }: Exchange,
  { routes, now }: { readonly routes: Routes; readonly now: number },
): FinishedExchange {
  const path = pathOf(request)
  return {
    handler: Object.hasOwn(routes, path) ? path : 'none',
    method: request.method ?? 'GET',
    status: response.statusCode,
    requestBytes: Number(request.headers['content-length'] ?? 0),
    responseBytes: Number(response.getHeader('content-length') ?? 0),
    seconds: (now - receivedMs) / 1e3,
  }
}

function nameOf({ method, url = '/' }: IncomingMessage): string {
  return `${method} ${url}`
}

function warnOfError(error: unknown, request: string): void {
  process.emitWarning(error instanceof Error ? error : new Error(String(error)), {
    detail: `while answering ${request}`,
  })
}

function seatOf(options: ServerOptions, clock: Clock, metrics: MetricsPage): GenerationSeat {
  const { requestLog: log = () => {}, makeEngine: make = makeEngine } = options
  return {
    model: {
      engine: options.engine,
      overhead: options.templateTokens ?? noTemplateTokens,
      vocabulary: options.tokenizer ? vocabularyOf(options.tokenizer) : ownVocabulary,
    },
    driver: new EngineDriver(clock, (listener) => make(options.engine, listener), {
      speedup: options.speedup ?? 1,
      step: (tokens, rank) => metrics.step?.(tokens, rank),
    }),
    clock,
    keepTokenInstants: options.keepTokenInstants ?? false,
    tellsTimes: options.tellsTimes ?? false,
    streamInterval: options.streamInterval ?? 1,
    nextFailure: failuresInTurn(options.failures),
    stops: new Set(),
    stallMs: options.failures?.stallMs ?? Number.POSITIVE_INFINITY,
    listener: {
      token: (generation, atMs, previousMs) => metrics.token(generation, atMs, previousMs),
      finished: (generation) => {
        metrics.finished(generation)
        log(servedRequestOf(generation))
      },
      aborted: (generation) => {
        metrics.aborted(generation)
        log(servedRequestOf(generation))
      },
    },
  }
}

function failuresInTurn(failures: Failures | undefined): () => FailureKind | undefined {
  let ordinal = -1
  return () => {
    ordinal += 1
    return failures && failsAt(failures, ordinal) ? failures.kind : undefined
  }
}

function listen(server: Server, address: { host: string; port: number }): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(startErrorOf(error, address)))
    try {
      server.listen(address, () => resolve(server.address() as AddressInfo))
    } catch (error) {
      reject(startErrorOf(error as NodeJS.ErrnoException, address))
    }
  })
}

function startErrorOf(
  { code = 'unknown' }: NodeJS.ErrnoException,
  { host, port }: { host: string; port: number },
): Error {
  const cures: Record<string, string> = {
    EADDRINUSE: 'something listens there already: stop it, or choose another port (0 takes a free one)',
    EACCES: 'the system does not allow it: choose a port above 1023',
    EADDRNOTAVAIL: 'this machine does not have that address: choose 127.0.0.1, or 0.0.0.0 for all of its addresses',
    ERR_SOCKET_BAD_PORT: 'a port is a number from 0 to 65535; 0 takes a free one',
    ENOTFOUND: 'no such host: choose 127.0.0.1, or 0.0.0.0 for all addresses of this machine',
  }
  const cause = cures[code] ?? `${code}: choose another host or port`
  return new ServerStartError(`cannot listen on ${host}:${port}: ${cause}`)
}

function close(server: Server, driver: EngineDriver): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      driver.close()
      resolve()
    })
    server.closeAllConnections()
  })
}
