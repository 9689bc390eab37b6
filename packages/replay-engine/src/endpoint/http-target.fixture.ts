import { createServer, type Socket } from 'node:net'
import { WallClock } from '../clock/wall-clock.ts'
import { sketchedSession } from '../content/sketched-session.fixture.ts'
import { NO_OVERHEAD } from '../content/template-overhead.ts'
import { WORDS } from '../content/words.ts'
import { eventOf, type StandInOptions, startStandInServer } from '../stand-ins/stand-in-server.ts'
import { HttpTarget, type HttpTargetOptions } from './http-target.ts'
import { corpusOfSessions, ListeningObserver, plannedRequest } from './planned-request.fixture.ts'

export const closing: (() => Promise<unknown>)[] = []

/** Closes what a test has started; for `afterEach`. */
export async function closeAll(): Promise<void> {
  await Promise.all(closing.splice(0).map((close) => close()))
}

/** One session of two turns, the first of 100 tokens. */
export const corpus = corpusOfSessions([
  sketchedSession([
    { keep: 0, add: 1, tail: 36, reply: 4 },
    { keep: 1, add: 1, tail: 2, reply: 3 },
  ]),
])
/** An event with a delta. */
export const delta = (content: object, finish: string | null = null) =>
  eventOf([{ index: 0, delta: content, finish_reason: finish }])
export const done = 'data: [DONE]\n\n'

/** Options of a target for the stand-in. */
export function defaults(): Omit<HttpTargetOptions, 'url' | 'clock'> {
  return { model: 'stand-in', corpus, words: WORDS, overhead: NO_OVERHEAD, timeoutMs: 20_000 }
}

/** A stand-in server and a target for it. */
export async function targetFor(server: StandInOptions, options: Partial<HttpTargetOptions> = {}) {
  const standIn = await startStandInServer(server)
  const clock = options.clock ?? new WallClock()
  const target = new HttpTarget({ ...defaults(), url: standIn.url, ...options, clock })
  closing.push(() => target.close().then(() => standIn.close()))
  return { target, clock, server: standIn }
}

export async function sendTurn(target: HttpTarget, turn = 0) {
  const observer = new ListeningObserver()
  const outcome = await target.send(plannedRequest(corpus, { turn }), observer, new AbortController().signal)
  return { observer, outcome }
}

/** A stand-in that answers every chat request with this. */
export function answering(status: number, body: string, type = 'text/plain'): StandInOptions {
  return {
    answer: (_, response) => {
      response.writeHead(status, { 'content-type': type }).end(body)
      return true
    },
  }
}

/** A stand-in that streams these events, and nothing of its own. */
export function speaking(...events: readonly string[]): StandInOptions {
  return {
    answer: (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      for (const event of events) response.write(event)
      response.end()
      return true
    },
  }
}

/**
 * Keeps its connections; after `dropNext` it resets the next one that sends, as a server does that has just given it up. With a text it
 * sends that first and closes, and with an empty one it says nothing at all.
 */
export async function flakyServer() {
  const reply = delta({ content: 'a' }, 'length') + done
  const open = new Set<Socket>()
  let drop: { readonly text?: string } | undefined
  let requests = 0
  const server = createServer((socket) => {
    let unread = ''
    open.add(socket)
    socket.on('error', () => {})
    socket.on('data', (bytes) => {
      unread += bytes.toString('latin1')
      if (!unread.endsWith(']}')) return
      unread = ''
      requests += 1
      if (drop) {
        const { text } = drop
        drop = undefined
        if (text === undefined) socket.resetAndDestroy()
        else if (text !== '') socket.end(text)
        return
      }
      const head = `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: ${reply.length}\r\n\r\n`
      socket.write(head + reply)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(async () => {
    for (const socket of open) socket.destroy()
    server.close()
  })
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    requests: () => requests,
    /** What comes over every open connection, asked for or not. */
    blurt: (text: string) => {
      for (const socket of open) socket.write(text)
    },
    dropNext: (text?: string) => {
      drop = text === undefined ? {} : { text }
    },
  }
}
