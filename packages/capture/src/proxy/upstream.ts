import http from 'node:http'
import https from 'node:https'
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'

/** The endpoint behind the proxy. */
export interface Upstream {
  /** `http://host:port` or `https://...`. */
  readonly origin: string
  /** What stands before the path of every request; empty or without a slash at its end. */
  readonly prefix: string
}

/** Of the heads of messages; agents send more than Node expects of a browser. */
export const maxHeaderSize = 128 * 1024

/**
 * The connection to the upstream that belongs to one of a client's, opened with its first request and closed with it.
 *
 * One for one, so that a client sees of the upstream's connections what it would see without a proxy: when one is kept, when it is closed, and
 * a request that comes just then.
 */
export class UpstreamLink {
  readonly #agent: http.Agent
  readonly #url: URL
  readonly #onGone: () => void
  #known: Socket | undefined
  #open = 0
  #isGone = false

  /** `onGone`: the upstream has closed the connection, and no exchange is under way on the client's. */
  constructor({ origin }: Upstream, onGone: () => void) {
    this.#onGone = onGone
    this.#url = new URL(origin)
    const options = { keepAlive: true, maxSockets: 1 }
    this.#agent = this.#url.protocol === 'https:' ? new https.Agent(options) : new http.Agent(options)
  }

  /** A request of which nothing is sent yet; `done` is told when it is over. */
  request({ method, path, headers }: OutgoingHead): http.ClientRequest {
    const { request } = this.#url.protocol === 'https:' ? https : http
    const outgoing = request({
      agent: this.#agent,
      // Without the brackets of an IPv6 address.
      hostname: this.#url.hostname.replace(/^\[|\]$/g, ''),
      port: this.#url.port || undefined,
      method,
      path,
      headers: [...headers],
      setHost: false,
      maxHeaderSize,
    })
    outgoing.once('socket', (socket) => {
      if (socket === this.#known) return
      this.#known = socket
      this.#isGone = false
      socket.setNoDelay(true)
      socket.once('close', () => {
        this.#isGone = true
        this.#tellGone()
      })
    })
    this.#open += 1
    return outgoing
  }

  /** The client has the whole reply to a request, or nobody waits for it. */
  done(): void {
    this.#open -= 1
    this.#tellGone()
  }

  /** The client sends no more, and the upstream is told: it may finish its reply, or take that for a client that has left. */
  endSending(): void {
    const socket = this.#known
    // Ended before its handshake, it would never stand.
    if (socket && !(socket instanceof TLSSocket && socket.connecting)) socket.end()
  }

  close(): void {
    this.#agent.destroy()
  }

  #tellGone(): void {
    if (this.#isGone && this.#open === 0) this.#onGone()
  }
}

interface OutgoingHead {
  readonly method: string
  readonly path: string
  readonly headers: readonly string[]
}
