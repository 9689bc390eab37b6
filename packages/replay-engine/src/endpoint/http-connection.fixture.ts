import { type AddressInfo, createServer as createRawServer, type Server, type Socket } from 'node:net'
import { WallClock } from '../clock/wall-clock.ts'
import { HeadMemory } from './head-memory.ts'
import { HttpConnection, type ReplyHandler } from './http-connection.ts'
import { parseHttpOrigin } from './http-origin.ts'
import type { ResponseHead } from './http-response-head.ts'
import { ReadQueue } from './read-queue.ts'
import { requestHeadRenderer } from './request-head.ts'

/** How one request ended, and what had come of its reply by then. */
export interface Exchanged {
  readonly head: ResponseHead | undefined
  readonly body: string
  /** Absent where the reply broke off. */
  readonly isReusable?: boolean
  readonly error?: unknown
}

export function connectionTo(origin: string): HttpConnection {
  return new HttpConnection({
    origin: parseHttpOrigin(origin),
    clock: new WallClock(),
    heads: new HeadMemory(),
    reads: new ReadQueue(),
  })
}

/** Posts a body and waits for the end of its reply. */
export function post(connection: HttpConnection, origin: string, body: Buffer = Buffer.from('{}')): Promise<Exchanged> {
  const head = requestHeadRenderer({ path: '/a', host: new URL(origin).host, headers: {} })({ bodyBytes: body.length })
  return new Promise((resolve) => {
    let replyHead: ResponseHead | undefined
    const pieces: Buffer[] = []
    const end = (rest: Pick<Exchanged, 'isReusable' | 'error'>) =>
      resolve({ head: replyHead, body: Buffer.concat(pieces).toString('latin1'), ...rest })
    const handler: ReplyHandler = {
      started: () => {},
      head: (each) => {
        replyHead = each
      },
      body: (bytes, from, to) => pieces.push(Buffer.from(bytes.subarray(from, to))),
      end: (isReusable) => end({ isReusable }),
      broken: (error) => end({ error }),
    }
    connection.send({ head, body }, handler)
  })
}

/** Listens on a free port of this machine; `host` default 127.0.0.1. @returns the port. */
export async function listen(server: Server, host = '127.0.0.1'): Promise<number> {
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, host, resolve))
  return (server.address() as AddressInfo).port
}

/** A server of raw bytes: `answer` is called once for each connection, when its first bytes have come. */
export async function rawServer(
  answer: (socket: Socket) => void,
): Promise<{ readonly origin: string; close(): Promise<void> }> {
  const sockets = new Set<Socket>()
  const server = createRawServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('data', () => answer(socket))
  })
  const port = await listen(server)
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  }
}
