import { Agent, type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http'
import { request as requestSecurely, Agent as SecureAgent } from 'node:https'
import type { Duplex } from 'node:stream'
import { codeOf } from './client-host.ts'
import { END_AFTER_DONE_MS } from './end-after-done.ts'
import { parseHttpOrigin } from './http-origin.ts'
import { openTunnel, trust } from './open-tunnel.ts'
import type { Passage } from './passage.ts'

/** Nothing that is asked before a run has an answer that comes near it. */
const MAX_REPLY_BYTES = 64 * 1024 * 1024

/** The last event of a stream, and enough of an answer's end to know it by. */
const DONE = /data: ?\[DONE\]\s*$/
const TAIL_LENGTH = 64

/** There was the beginning of an answer, and no end. */
export class BrokenAnswer extends Error {
  override readonly name = 'BrokenAnswer'
}

export interface ControlRequest {
  readonly url: string
  readonly method: 'GET' | 'POST'
  readonly headers: OutgoingHttpHeaders
  readonly body?: string
  /** Of this origin's scheme. */
  readonly agent: Agent
  /** For the whole answer. */
  readonly timeoutMs: number
}

interface Answer {
  readonly status: number
  readonly text: string
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>
}

/** Keeps connections to one origin for requests in a row. */
export function controlAgent(origin: string, passage: Passage = {}): Agent {
  const { proxy, ...straight } = parseHttpOrigin(origin, passage)
  const options = { keepAlive: true, ...trust(straight) }
  const agent = straight.isSecure ? new SecureAgent(options) : new Agent(options)
  if (proxy) {
    agent.createConnection = (_options, callback) => {
      openTunnel(
        { ...straight, proxy },
        { standing: (socket) => callback?.(null, socket), failed: (error) => callback?.(error, NO_SOCKET) },
      )
      return undefined
    }
  }
  return agent
}

/** Beside an error nobody looks at it. */
const NO_SOCKET = undefined as unknown as Duplex

/**
 * Sends one request and reads the whole answer, whatever its status: redirects are not followed, nothing is tried again.
 *
 * Rejects where there is no whole answer in time.
 */
export function controlRequest(options: ControlRequest): Promise<Answer> {
  const { url, method, body, agent, timeoutMs } = options
  return new Promise<Answer>((resolve, reject) => {
    let hasReply = false
    const send = isSecure(url) ? requestSecurely : request
    const sent = send(url, { method, headers: options.headers, agent }, (reply) => {
      const { statusCode: status = 0, headers } = reply
      hasReply = true
      const plain = new Map(
        Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
      )
      textOf(reply).then((text) => settle(() => resolve({ status, text, headers: plain })), fail)
    })
    const settle = (how: () => void) => {
      clearTimeout(timer)
      how()
    }
    const fail = (error: unknown) => settle(() => reject(error))
    const timer = setTimeout(() => {
      fail(new Error(`nothing whole after ${timeoutMs} ms`))
      sent.destroy()
    }, timeoutMs)
    // Once there is a reply, reading it fails as well, and knows what had come by then.
    sent.on('error', (error) => hasReply || fail(error)).end(body)
  })
}

function isSecure(url: string): boolean {
  return url.startsWith('https:')
}

/** All of it; of a stream that says `[DONE]` what came until then, where its end does not come soon, as in a run. */
async function textOf(reply: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = []
  let bytes = 0
  let tail = ''
  let timer: NodeJS.Timeout | undefined
  try {
    for await (const piece of reply as AsyncIterable<Buffer>) {
      bytes += piece.length
      if (bytes > MAX_REPLY_BYTES) throw new Error(`an answer larger than ${MAX_REPLY_BYTES} bytes`)
      pieces.push(piece)
      tail = (tail + piece.toString('latin1')).slice(-TAIL_LENGTH)
      if (DONE.test(tail)) timer ??= setTimeout(() => reply.destroy(), END_AFTER_DONE_MS)
    }
  } catch (error) {
    if (DONE.test(tail)) return Buffer.concat(pieces).toString('utf8')
    throw codeOf(error) === 'ECONNRESET' ? new BrokenAnswer(`the answer broke off after ${bytes} bytes`) : error
  } finally {
    clearTimeout(timer)
  }
  return Buffer.concat(pieces).toString('utf8')
}
