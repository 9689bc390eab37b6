/**
 * A streaming server for measuring clients: it does next to nothing but write chunks at their instants and remember them.
 *
 * Raw sockets and ready-made bytes, so that it keeps up with clients that the engine model's server would hold back. Run as a process:
 * prints `{"url", "monotonicOriginMs"}`; `GET /pace?mode=...&periodMs=...` sets the pace, `GET /log` hands over the instants so far.
 */
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { monotonicOriginMs, WallClock } from '@reprise/replay-engine/clock'

/**
 * `spread`: each stream on its own beat; `together`: all on one; `unpaced`: all together, a step as soon as the last is written;
 * `at-once`: a reply is one write.
 */
export type PaceMode = 'spread' | 'together' | 'unpaced' | 'at-once'

interface Stream {
  readonly socket: Socket
  readonly id: string
  readonly receivedMs: number
  readonly tokens: number
  readonly writeMs: number[]
}

const clock = new WallClock()
const pace: { mode: PaceMode; periodMs: number } = { mode: 'at-once', periodMs: 20 }
const log: object[] = []
let stepping = new Set<Stream>()
let isStepping = false

const head = Buffer.from('HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n')
const opened =
  '{"id":"chatcmpl-0123456789abcdef","object":"chat.completion.chunk","created":1790000000,"model":"paced",'
const piece = `${opened}"choices":[{"index":0,"delta":{"content":" word"},"logprobs":null,"finish_reason":null}]}`
const chunk = frame(`data: ${piece}\n\n`)

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => socket.destroy())
  readRequests(socket)
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')
const { port } = server.address() as AddressInfo
process.stdout.write(
  `${JSON.stringify({ url: `http://127.0.0.1:${port}`, monotonicOriginMs: monotonicOriginMs(clock) })}\n`,
)

function readRequests(socket: Socket): void {
  let text = ''
  let receivedMs = 0
  /** Bytes of the body still to come; undefined while a head is read. */
  let left: number | undefined
  socket.on('data', (bytes: Buffer) => {
    if (text === '') receivedMs = clock.now()
    if (left === undefined || text.length < 4_096) text += bytes.toString('latin1', 0, Math.min(bytes.length, 8_192))
    if (left === undefined) {
      const end = text.indexOf('\r\n\r\n')
      if (end < 0) return
      left = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0) + end + 4
    }
    left -= bytes.length
    if (left > 0) return
    answer(socket, text, receivedMs)
    text = ''
    left = undefined
  })
}

function answer(socket: Socket, text: string, receivedMs: number): void {
  if (text.startsWith('GET ')) control(socket, new URL(text.split(' ', 2)[1]!, 'http://server'))
  else reply(socket, text, receivedMs)
}

function reply(socket: Socket, text: string, receivedMs: number): void {
  const id = /x-request-id: (\S+)/i.exec(text)?.[1] ?? ''
  const tokens = Number(/"max_tokens":(\d+)/.exec(text)?.[1] ?? 1)
  const stream: Stream = { socket, id, receivedMs, tokens, writeMs: [] }
  if (pace.mode === 'at-once') {
    writeAtOnce(stream)
    return
  }
  socket.write(head)
  if (pace.mode === 'spread') {
    step(stream, receivedMs + pace.periodMs)
    return
  }
  stepping.add(stream)
  if (!isStepping) armStep(receivedMs + pace.periodMs)
}

function control(socket: Socket, { pathname, searchParams }: URL): void {
  const body =
    pathname === '/log'
      ? log
          .splice(0)
          .map((entry) => `${JSON.stringify(entry)}\n`)
          .join('')
      : ''
  if (pathname === '/pace') {
    pace.mode = searchParams.get('mode') as PaceMode
    pace.periodMs = Number(searchParams.get('periodMs'))
  }
  socket.write(`HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: ${body.length}\r\n\r\n${body}`)
}

function writeAtOnce(stream: Stream): void {
  stream.socket.write(Buffer.concat([head, ...Array.from({ length: stream.tokens }, () => chunk), tail(stream.tokens)]))
}

/** On the stream's own beat: late timers do not shift it. */
function step(stream: Stream, atMs: number): void {
  clock.at(atMs, () => {
    if (writeToken(stream)) step(stream, atMs + pace.periodMs)
  })
}

function armStep(atMs: number): void {
  isStepping = true
  const run = () => {
    const streams = stepping
    stepping = new Set()
    for (const stream of streams) if (writeToken(stream)) stepping.add(stream)
    isStepping = false
    if (stepping.size > 0) armStep(atMs + pace.periodMs)
  }
  if (pace.mode === 'unpaced') setImmediate(run)
  else clock.at(atMs, run)
}

/** True while more is to come. */
function writeToken(stream: Stream): boolean {
  const { socket, writeMs, tokens, id, receivedMs } = stream
  if (socket.destroyed) return false
  writeMs.push(clock.now())
  socket.write(chunk)
  if (writeMs.length < tokens) return true
  socket.write(tail(tokens))
  log.push({ id: `chatcmpl-${id}`, receivedMs, firstWriteMs: writeMs[0], writeMs })
  return false
}

function tail(tokens: number): Buffer {
  const counts = `"prompt_tokens":1,"total_tokens":${tokens + 1},"completion_tokens":${tokens}`
  const last = `${opened}"choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"length"}]}`
  return Buffer.concat([
    frame(`data: ${last}\n\ndata: ${opened}"choices":[],"usage":{${counts}}}\n\ndata: [DONE]\n\n`),
    Buffer.from('0\r\n\r\n'),
  ])
}

function frame(event: string): Buffer {
  return Buffer.from(`${Buffer.byteLength(event).toString(16)}\r\n${event}\r\n`)
}
