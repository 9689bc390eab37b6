import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http'
import type { ExchangeEnd } from '../exchange.ts'
import type { ExchangeTape } from './exchange-tape.ts'
import { ownReply, upstreamError } from './own-reply.ts'
import { headerIn, passedHeaders } from './passed-headers.ts'
import type { Upstream, UpstreamLink } from './upstream.ts'

/** So long a silence before somebody gives up, and it was the upstream that stalled. */
const stallMs = 30_000

export interface ForwardOptions {
  readonly upstream: Upstream
  readonly link: UpstreamLink
  /** Absent: it is passed on alone. */
  readonly tape: ExchangeTape | undefined
  readonly now: () => number
  /** The proxy is being closed, and what is open is cut. */
  readonly isClosing: () => boolean
  /** The client sends no more, and may have left. */
  readonly hasHalfClosed: () => boolean
  readonly onBytes: (requestBytes: number, replyBytes: number) => void
  /** Why the upstream did not reply, in words; told once a request. */
  readonly onRefused: (message: string) => void
  readonly onOver: (end: ExchangeEnd) => void
}

/** Passes a request on as it comes, and its reply back. Everything else that is done with them comes after that. */
export function forward(request: IncomingMessage, response: ServerResponse, options: ForwardOptions): void {
  new Forwarding(request, response, options).start()
}

class Forwarding {
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  readonly #options: ForwardOptions
  readonly #outgoing: ClientRequest
  #reply: IncomingMessage | undefined
  #heardMs: number
  #hasBody = false
  #isOver = false

  constructor(request: IncomingMessage, response: ServerResponse, options: ForwardOptions) {
    this.#request = request
    this.#response = response
    this.#options = options
    this.#heardMs = options.now()
    const { upstream, link } = options
    this.#outgoing = link.request({
      method: request.method!,
      path: `${upstream.prefix}${request.url}`,
      headers: requestHeaders(request, new URL(upstream.origin).host),
    })
  }

  start(): void {
    const [request, response, outgoing] = [this.#request, this.#response, this.#outgoing]
    response.sendDate = false
    outgoing.on('response', (reply) => this.#replied(reply))
    outgoing.on('error', (error) => this.#failed(error))
    outgoing.on('continue', () => response.writeContinue())
    outgoing.on('drain', () => request.resume())
    outgoing.on('finish', () => this.#options.tape?.forwarded(this.#options.now()))
    request.on('data', (chunk: Buffer) => this.#requestChunk(chunk))
    request.on('end', () => {
      if (request.rawTrailers.length > 0) outgoing.addTrailers(pairsOf(request.rawTrailers))
      outgoing.end()
      this.#options.tape?.requested()
    })
    request.on('error', () => {})
    response.on('error', () => {})
    response.on('drain', () => this.#reply?.resume())
    response.on('close', () => this.#closed())
    // Whoever waits for leave to send its body has to get the upstream's.
    if (request.headers.expect !== undefined || request.headers['content-length'] === undefined) outgoing.flushHeaders()
  }

  #requestChunk(chunk: Buffer): void {
    // Whoever has its answer need not send the rest, but may.
    if (!this.#outgoing.destroyed && !this.#outgoing.write(chunk)) this.#request.pause()
    this.#options.tape?.request(chunk)
    this.#options.onBytes(chunk.length, 0)
  }

  #replied(reply: IncomingMessage): void {
    const atMs = this.#options.now()
    const { tape } = this.#options
    const response = this.#response
    this.#heardMs = atMs
    // Kept exactly as long as the upstream keeps its own.
    if (/\bclose\b/i.test(reply.headers.connection ?? '')) response.shouldKeepAlive = false
    try {
      response.writeHead(reply.statusCode!, reply.statusMessage, passedHeaders(reply.rawHeaders))
    } catch (error) {
      // What is read leniently is written strictly: some heads may not be.
      reply.on('error', () => {})
      this.#failed(error as Error)
      return
    }
    this.#reply = reply
    // A body that came with its head goes out with it.
    setImmediate(() => this.#flushHead())
    const contentCoding = reply.headers['content-encoding']
    tape?.replied({ status: reply.statusCode!, ...(contentCoding !== undefined && { contentCoding }) }, atMs)
    reply.on('data', (chunk: Buffer) => this.#replyChunk(chunk))
    reply.on('end', () => {
      if (reply.rawTrailers.length > 0 && reply.headers['content-length'] === undefined)
        response.addTrailers(pairsOf(reply.rawTrailers))
      response.end()
      this.#over('complete')
    })
    reply.on('error', () => {})
    reply.on('close', () => {
      if (!reply.complete) this.#broken()
    })
  }

  #flushHead(): void {
    if (!this.#hasBody && !this.#response.writableEnded && !this.#response.destroyed) this.#response.flushHeaders()
  }

  #replyChunk(chunk: Buffer): void {
    const atMs = this.#options.now()
    this.#heardMs = atMs
    this.#hasBody = true
    if (!this.#response.write(chunk)) this.#reply!.pause()
    this.#options.tape?.reply(chunk, atMs)
    this.#options.onBytes(0, chunk.length)
  }

  /** The connection to the upstream failed; where that had begun to reply, its reply tells how it ended. */
  #failed(error: Error): void {
    if (this.#isOver || this.#reply) {
      this.#request.resume()
      return
    }
    const { upstream, onRefused, isClosing } = this.#options
    const response = this.#response
    // A kept connection that turns out to be closed: the client's own would have been, and its rule for that holds.
    if (isClosing() || this.#outgoing.reusedSocket || response.destroyed) {
      response.destroy()
      this.#over(this.#whoBroke())
      return
    }
    const told = upstreamError(error, upstream.origin)
    onRefused(told.message)
    ownReply(response, 502, told)
    // What is still to come of the request is let run out.
    this.#request.resume()
    this.#over('upstream-died')
  }

  /** The upstream's reply broke off: the client's does too. Its end would look whole. */
  #broken(): void {
    this.#over(this.#whoBroke())
    this.#response.destroy()
  }

  /** The client's connection has closed, its reply complete or not. */
  #closed(): void {
    if (this.#response.writableFinished || this.#isOver) return
    const isStalled = this.#options.now() - this.#heardMs >= stallMs
    this.#over(isStalled ? 'stalled' : this.#options.isClosing() ? 'proxy-closed' : 'client-gone')
  }

  #whoBroke(): ExchangeEnd {
    if (this.#options.isClosing()) return 'proxy-closed'
    return this.#options.hasHalfClosed() ? 'client-gone' : 'upstream-died'
  }

  #over(end: ExchangeEnd): void {
    if (this.#isOver) return
    this.#isOver = true
    if (end !== 'complete') this.#outgoing.destroy()
    this.#options.tape?.over(end, this.#options.now())
    // What the client is still to get of it is on its way until then.
    const response = this.#response
    if (response.closed) this.#gone(end)
    else response.once('close', () => this.#gone(end))
  }

  #gone(end: ExchangeEnd): void {
    this.#options.link.done()
    this.#options.onOver(end)
  }
}

/** A body of unknown length is sent in chunks; a request that says nothing of a body has none, whatever its method. */
function requestHeaders(request: IncomingMessage, host: string): string[] {
  const headers = passedHeaders(request.rawHeaders, { host })
  if (headerIn(headers, 'host') === undefined) headers.push('Host', host)
  if (request.headers['transfer-encoding'] !== undefined) headers.push('Transfer-Encoding', 'chunked')
  else if (request.headers['content-length'] === undefined && mayHaveBody.has(request.method!))
    headers.push('Content-Length', '0')
  return headers
}

const mayHaveBody: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH'])

function pairsOf(raw: readonly string[]): [string, string][] {
  return Array.from({ length: raw.length / 2 }, (_, i) => [raw[2 * i]!, raw[2 * i + 1]!])
}
