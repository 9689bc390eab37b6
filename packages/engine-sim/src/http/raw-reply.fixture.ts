import { connect } from 'node:net'

/** A reply as it stood on the wire, in its parts. */
export interface RawReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface RawRequest {
  readonly method: 'GET' | 'POST'
  readonly path: string
  /** Sent as it is if a string, else as JSON. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** Sends one request on a connection of its own and reads until the server has closed it. */
export function sendRaw(port: number, { method, path, body, headers }: RawRequest): Promise<RawReply> {
  const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body)
  const extra = Object.entries(headers ?? {}).map(([name, value]) => `${name}: ${value}\r\n`)
  const length =
    method === 'POST' ? `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n` : ''
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    const pieces: Buffer[] = []
    socket.on('data', (piece) => pieces.push(piece))
    socket.on('end', () => resolve(parseRawReply(Buffer.concat(pieces).toString('utf8'))))
    socket.on('error', reject)
    socket.write(
      `${method} ${path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n${length}${extra.join('')}\r\n${text}`,
    )
  })
}

/** Takes a reply of ASCII bytes apart; a first line that begins with `###` is a note. */
export function parseRawReply(bytes: string): RawReply {
  const text = bytes.startsWith('###') ? bytes.slice(bytes.indexOf('\n') + 1) : bytes
  const [head = '', ...rest] = text.split('\r\n\r\n')
  const [statusLine = '', ...lines] = head.split('\r\n')
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  )
  const body = rest.join('\r\n\r\n')
  const isChunked = headers['transfer-encoding'] === 'chunked'
  return { status: Number(statusLine.split(' ')[1]), headers, body: isChunked ? joinChunks(body) : body }
}

function joinChunks(body: string): string {
  let joined = ''
  for (let at = 0; at < body.length; ) {
    const lineEnd = body.indexOf('\r\n', at)
    const length = Number.parseInt(body.slice(at, lineEnd), 16)
    joined += body.slice(lineEnd + 2, lineEnd + 2 + length)
    at = lineEnd + 2 + length + 2
  }
  return joined
}

/** The payloads of a stream of server-sent events: JSON values, and `[DONE]` as it is. */
export function eventsOf(body: string): unknown[] {
  const payloads = body.split('\n\n').flatMap((event) => (event.startsWith('data: ') ? [event.slice(6)] : []))
  return payloads.map((payload) => (payload === '[DONE]' ? payload : JSON.parse(payload)))
}

/** A value with its contents taken out: keys in their order, kinds and nulls stay. Lists of numbers are lists of numbers. */
export function shapeOf(value: unknown): unknown {
  if (value === null) return 'null'
  if (Array.isArray(value))
    return value.every((item) => typeof item === 'number') && value.length > 0 ? 'numbers' : value.map(shapeOf)
  if (typeof value === 'object') return Object.entries(value).map(([key, field]) => [key, shapeOf(field)])
  return typeof value
}
