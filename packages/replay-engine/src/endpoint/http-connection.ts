import type { Socket } from 'node:net'
import type { Cancel, Clock } from '../clock/clock.ts'
import type { HeadMemory } from './head-memory.ts'
import type { HttpOrigin } from './http-origin.ts'
import { HttpResponseParser, type ResponseSink } from './http-response-parser.ts'
import { openSocket } from './open-socket.ts'
import type { Reader, ReadQueue } from './read-queue.ts'

const CONNECT_TIMEOUT_MS = 10_000

/** Less than this before a server's own limit, a connection is left alone. */
const KEEP_ALIVE_MARGIN_MS = 1_000

export interface HttpRequest {
  /** Request line and header fields, up to the empty line (inclusive). */
  readonly head: string
  readonly body: Buffer
}

/** Hears of one request and its reply; of nothing after `end` or `broken`. */
export interface ReplyHandler extends ResponseSink {
  /** The connection stands, and the request is about to be written. */
  started(): void
  /** The reply is whole. `isReusable`: another request may follow on the connection, which is closed otherwise. */
  end(isReusable: boolean): void
  /** There will be no more of it. */
  broken(error: unknown): void
}

export interface ConnectionOptions {
  readonly origin: HttpOrigin
  readonly clock: Clock
  /** The connections of one origin share both. */
  readonly heads: HeadMemory
  readonly reads: ReadQueue
}

/** One connection, used by one request at a time; it opens when it is first used, and once it has closed it stays closed. */
export class HttpConnection implements Reader {
  /** It has carried a whole reply. */
  proven = false
  /** Something has come since the request was written, be it no reply at all. */
  hasHeard = false
  /** When it was given back. */
  idleSinceMs = 0
  /** So long it may be idle, as far as the server says. */
  keepAliveMs = Number.POSITIVE_INFINITY
  /** The instant of the read that is being handled. */
  readMs = 0
  readonly #origin: HttpOrigin
  readonly #clock: Clock
  readonly #reads: ReadQueue
  readonly #parser: HttpResponseParser
  /** Once requests can be written. */
  #socket: Socket | undefined
  #destroy: (() => void) | undefined
  /** Waits for the connection to stand. The socket's listeners do not hold it: they live as long as the connection. */
  #waiting: HttpRequest | undefined
  #isClosed = false
  #handler: ReplyHandler | undefined
  #cancelConnectTimeout: Cancel = () => {}

  constructor({ origin, clock, heads, reads }: ConnectionOptions) {
    this.#origin = origin
    this.#clock = clock
    this.#reads = reads
    this.#parser = new HttpResponseParser(heads)
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  /** It stands, or is on the way to; the first request that it is given opens it. */
  get isOpened(): boolean {
    return this.#destroy !== undefined
  }

  send(request: HttpRequest, handler: ReplyHandler): void {
    if (this.#isClosed) {
      handler.broken(new Error('the connection is closed'))
      return
    }
    this.#handler = handler
    if (this.#socket) {
      this.#socket.ref()
      this.#write(this.#socket, request)
    } else {
      this.#waiting = request
      this.#open()
    }
  }

  /** Closes it. Whoever waits for a reply hears of it where there is an error to tell. */
  close(error?: unknown): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#cancelConnectTimeout()
    this.#destroy?.()
    this.#waiting = undefined
    const handler = this.#handler
    this.#handler = undefined
    if (error !== undefined) handler?.broken(error)
  }

  #open(): void {
    // What was read before is handled before.
    const flushThen = (handle: (error?: unknown) => void) => (error?: unknown) => {
      this.#reads.flush()
      handle(error)
    }
    this.#cancelConnectTimeout = this.#clock.at(this.#clock.now() + CONNECT_TIMEOUT_MS, () =>
      this.close(new Error(`no connection after ${CONNECT_TIMEOUT_MS} ms`)),
    )
    this.#destroy = openSocket(this.#origin, {
      read: (bytes, length) => this.#reads.push(this, bytes, length, this.#clock.now()),
      standing: (socket) => {
        this.#cancelConnectTimeout()
        this.#socket = socket
        const request = this.#waiting
        this.#waiting = undefined
        if (request) this.#write(socket, request)
      },
      failed: flushThen((error) => this.close(error)),
      ended: flushThen(() => this.#end()),
      closed: flushThen(() => this.close(new Error('the connection closed'))),
    })
  }

  #write(socket: Socket, { head, body }: HttpRequest): void {
    const handler = this.#handler
    if (!handler) return
    this.hasHeard = false
    this.#parser.begin(handler)
    handler.started()
    // Whoever hears that may close it.
    if (this.#handler !== handler) return
    // Both in one call of the system, where they fit.
    socket.cork()
    socket.write(head, 'latin1')
    socket.write(body)
    socket.uncork()
  }

  /** Called by the queue of reads. */
  read(bytes: Buffer, from: number, end: number, atMs: number): void {
    const handler = this.#handler
    if (!handler) {
      this.close()
      return
    }
    this.readMs = atMs
    this.hasHeard = true
    let readTo = from
    try {
      readTo = this.#parser.push(bytes, from, end)
    } catch (error) {
      this.close(error)
      return
    }
    // Whoever hears of a reply may close its connection.
    if (this.#parser.isComplete && this.#handler === handler) this.#complete(handler, readTo === end)
  }

  #end(): void {
    const handler = this.#handler
    this.readMs = this.#clock.now()
    if (handler && this.#parser.end()) this.#complete(handler, false)
    else this.close(new Error('the server closed the connection'))
  }

  #complete(handler: ReplyHandler, isClean: boolean): void {
    const { keepsAlive = false, keepAliveMs } = this.#parser.head ?? {}
    // A server that answers before it has read the request may never read the rest of it.
    const isReusable = isClean && keepsAlive && this.#socket?.writableLength === 0
    this.#handler = undefined
    if (isReusable) {
      this.proven = true
      if (keepAliveMs !== undefined) this.keepAliveMs = keepAliveMs - KEEP_ALIVE_MARGIN_MS
      // Idle connections keep no process alive.
      this.#socket?.unref()
    } else {
      this.close()
    }
    handler.end(isReusable)
  }
}
