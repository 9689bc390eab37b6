import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { parseRawReply } from './raw-reply.fixture.ts'
import { serveForTest } from './serve.fixture.ts'

/** What the server writes on a connection that it is to close. */
function wire(port: number, text: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = []
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    socket.on('data', (piece) => pieces.push(piece))
    socket.on('end', () => resolve(Buffer.concat(pieces).toString()))
    socket.on('error', reject)
  })
}

function lines(first: string, headers: Record<string, string>, body: string | Buffer = ''): Buffer {
  const given = { host: 'here:1', connection: 'close', ...headers, 'content-length': String(Buffer.byteLength(body)) }
  const head = Object.entries(given).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.concat([Buffer.from(`${first}\r\n${head.join('')}\r\n`), Buffer.from(body)])
}

const json = { 'content-type': 'application/json' }
const stream = JSON.stringify({ prompt: 'a', max_tokens: 2, ignore_eos: true, stream: true })

describe('what a request asks for', () => {
  test('may name the host too, as to a proxy', async () => {
    const { port } = await serveForTest()
    expect(await wire(port, lines('GET http://here:1/version?x=1 HTTP/1.1', {}))).toMatch(
      /^HTTP\/1\.1 200 .*\{"version"/s,
    )
    expect(await wire(port, lines('GET http://here:1 HTTP/1.1', {}))).toMatch(/^HTTP\/1\.1 404 /)
  })

  test('may have a slash too many: it is told where that leads, with its query', async () => {
    const { port } = await serveForTest()
    const { status, headers } = parseRawReply(
      await wire(port, lines('POST /v1/completions/?a=1 HTTP/1.1', json, stream)),
    )
    expect([status, headers.location]).toEqual([307, 'http://here:1/v1/completions?a=1'])
    for (const path of ['/', '//', '/none/', '/health/more/'])
      expect(await wire(port, lines(`GET ${path} HTTP/1.1`, {}))).toMatch(/^HTTP\/1\.1 404 /)
  })
})

test('a client of HTTP/1.0 gets a stream without chunks, which ends with the connection', async () => {
  const { port } = await serveForTest()
  const reply = await wire(port, lines('POST /v1/completions HTTP/1.0', { ...json, connection: 'keep-alive' }, stream))
  const [head, body] = reply.split('\r\n\r\n') as [string, string]
  expect(head).not.toMatch(/transfer-encoding/i)
  expect(head).toMatch(/^connection: close$/im)
  expect(body).toMatch(/^data: \{.*\n\ndata: \{.*\n\ndata: \[DONE\]\n\n$/)
})

test('a body that is no UTF-8 is refused, as FastAPI refuses it', async () => {
  const { port } = await serveForTest()
  const body = Buffer.concat([Buffer.from('{"prompt":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')])
  const reply = parseRawReply(await wire(port, lines('POST /v1/completions HTTP/1.1', json, body)))
  expect([reply.status, JSON.parse(reply.body).error]).toEqual([
    400,
    { message: 'There was an error parsing the body', type: 'Bad Request', param: null, code: 400 },
  ])
})

// As Starlette's `CORSMiddleware`, which vLLM and SGLang have.
test('a page of another origin may ask, and read', async () => {
  const { port } = await serveForTest()
  const asks = { origin: 'http://page', 'access-control-request-method': 'POST' }
  const preflight = parseRawReply(
    await wire(
      port,
      lines('OPTIONS /v1/completions HTTP/1.1', { ...asks, 'access-control-request-headers': 'content-type' }),
    ),
  )
  expect(preflight).toMatchObject({
    status: 200,
    body: 'OK',
    headers: { 'access-control-allow-origin': '*', 'access-control-allow-headers': 'content-type' },
  })
  const read = parseRawReply(await wire(port, lines('GET /health HTTP/1.1', { origin: 'http://page' })))
  expect(read.headers).toMatchObject({ 'access-control-allow-origin': '*' })
  const own = parseRawReply(await wire(port, lines('GET /health HTTP/1.1', {})))
  expect(own.headers).not.toHaveProperty('access-control-allow-origin')
  expect(parseRawReply(await wire(port, lines('OPTIONS /health HTTP/1.1', {}))).status).toBe(405)
})

test('a seed has 64 bits, and each of several choices one of its own', async () => {
  const { port } = await serveForTest()
  const ask = async (seed: string) => {
    const body = `{"prompt":"a","n":2,"max_tokens":4,"ignore_eos":true,"seed":${seed}}`
    return parseRawReply(await wire(port, lines('POST /v1/completions HTTP/1.1', json, body)))
  }
  const { status, body } = await ask('9007199254740993000')
  const [one, other] = JSON.parse(body).choices as { text: string }[]
  expect([status, one!.text === other!.text]).toEqual([200, false])
  expect((await ask('1e20')).status).toBe(400)
  expect((await ask('1.5')).status).toBe(400)
})
