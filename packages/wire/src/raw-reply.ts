/** An HTTP/1.1 reply taken from a capture of its raw bytes. */
export interface RawReply {
  readonly status: number
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>
  /** Chunked transfer coding removed. */
  readonly body: Buffer
}

const HEAD_END = '\r\n\r\n'

/**
 * Reads a captured reply; lines before the status line that begin with `###` are somebody's notes and passed over.
 *
 * @throws SyntaxError when there is no status line or a chunk is cut short.
 */
export function parseRawReply(capture: Buffer): RawReply {
  const bytes = withoutNotes(capture)
  const headEnd = bytes.indexOf(HEAD_END)
  const [statusLine = '', ...fields] = bytes.toString('latin1', 0, Math.max(headEnd, 0)).split('\r\n')
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(statusLine)?.[1]
  if (status === undefined) throw new SyntaxError('the capture does not begin with an HTTP status line')
  const headers = new Map(fields.map(headerOf))
  const body = bytes.subarray(headEnd + HEAD_END.length)
  const chunked = headers.get('transfer-encoding')?.toLowerCase() === 'chunked'
  return { status: Number(status), headers, body: chunked ? joinChunks(body) : body }
}

function withoutNotes(capture: Buffer): Buffer {
  let rest = capture
  while (rest.toString('latin1', 0, 3) === '###') rest = rest.subarray(rest.indexOf('\n') + 1)
  return rest
}

function headerOf(line: string): [string, string] {
  const colon = line.indexOf(':')
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
}

function joinChunks(body: Buffer): Buffer {
  const chunks: Buffer[] = []
  let at = 0
  for (;;) {
    const sizeEnd = body.indexOf('\r\n', at)
    const size = Number.parseInt(body.toString('latin1', at, Math.max(sizeEnd, at)), 16)
    if (size === 0) return Buffer.concat(chunks)
    const from = sizeEnd + 2
    if (!(size > 0) || from + size > body.length) throw new SyntaxError('the capture ends inside a chunk')
    chunks.push(body.subarray(from, from + size))
    at = from + size + 2
  }
}
