import { isUtf8 } from 'node:buffer'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AnnouncedRequest } from '../drive/engine-driver.ts'
import { ApiError } from './api-error.ts'

/** A request and its reply, with the instant at which the server began to read it. */
export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly receivedMs: number
  /** To be told of a bug of ours that this request met. */
  readonly onError: (error: unknown) => void
}

/** One that the engine is to generate for: it has been told that something comes. */
export interface GeneratingExchange extends Exchange {
  readonly arrival: AnnouncedRequest
  /** Its reply is cut off on purpose. */
  readonly isCut: boolean
  /** Its reply is held back so long on purpose, which may be for ever. */
  readonly stallMs?: number
}

export type Handler = (exchange: Exchange) => void | Promise<void>

/** The client went away while it was sending; there is nobody to reply to. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone'
}

/** Above the longest prompt any context holds; stops a client from filling memory. */
const maxBodyBytes = 256 * 2 ** 20

/**
 * The body of a request that says that it is JSON, as text.
 *
 * @throws as `readBody`; ApiError 400 when it says something else, or nothing.
 */
export async function readJsonText(request: IncomingMessage): Promise<string> {
  if (!saysJson(request)) {
    request.resume()
    throw new ApiError("1 validation error:\n  Unsupported Media Type: Only 'application/json' is allowed", {
      type: 'Bad Request',
    })
  }
  return readBody(request)
}

/** Whether a request says that its body is JSON. */
export function saysJson({ headers }: IncomingMessage): boolean {
  const [mediaType = ''] = (headers['content-type'] ?? '').toLowerCase().split(';', 1)
  return mediaType.trim() === 'application/json'
}

/**
 * The whole body as text.
 *
 * @throws ClientGone when the connection ends first; ApiError 413 when it is too long, 400 in FastAPI's words where it is no text.
 */
export function readBody(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = []
    let bytes = 0
    request.on('data', (piece: Buffer) => {
      bytes += piece.length
      if (bytes <= maxBodyBytes) pieces.push(piece)
      else reject(new ApiError(`The body exceeds ${maxBodyBytes} bytes.`, { status: 413, type: 'Payload Too Large' }))
    })
    request.on('end', () => {
      const body = Buffer.concat(pieces)
      if (isUtf8(body)) resolve(body.toString('utf8'))
      else reject(new ApiError('There was an error parsing the body', { type: 'Bad Request' }))
    })
    request.on('close', () => reject(new ClientGone()))
    request.on('error', () => reject(new ClientGone()))
  })
}

export function sendJson(response: ServerResponse, json: string, status = 200): void {
  sendText(response, json, { type: 'application/json', status })
}

/** A metrics page. Source: Prometheus text exposition format 0.0.4. */
export function sendMetrics(response: ServerResponse, page: string): void {
  sendText(response, page, { type: 'text/plain; version=0.0.4; charset=utf-8', status: 200 })
}

export function sendText(
  response: ServerResponse,
  text: string,
  { type, status }: { type: string; status: number },
): void {
  const body = Buffer.from(text)
  response.writeHead(status, { 'content-length': body.length, 'content-type': type })
  response.end(body)
}

/** An empty reply of status 200. */
export function sendNothing(response: ServerResponse): void {
  response.writeHead(200, { 'content-length': 0 })
  response.end()
}

/** Opens a stream of server-sent events; its headers leave at once, as vLLM's do, before there is a token. A client of HTTP/1.0 is told its end by that of the connection. */
export function openEventStream(response: ServerResponse): void {
  const ends = knowsChunks(response) ? { 'transfer-encoding': 'chunked' } : { connection: 'close' }
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', ...ends })
  response.flushHeaders()
}

/** Whether a client may be sent chunks. Source: RFC 9112, 6.1. */
export function knowsChunks({ req }: ServerResponse): boolean {
  return req.httpVersion !== '1.0'
}

/** What a request asks for, without its query. Source: RFC 9112, 3.2: a client that takes the server for a proxy names its host too. */
export function pathOf({ url = '/' }: IncomingMessage): string {
  return url.replace(/^https?:\/\/[^/?]*/i, '').split('?', 1)[0] || '/'
}
