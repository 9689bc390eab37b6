import { createServer } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import { eventOf, type StandInOptions } from '../stand-ins/stand-in-server.ts'
import { listen } from './http-connection.fixture.ts'
import { answering, closeAll, closing, delta, done, sendTurn, speaking, targetFor } from './http-target.fixture.ts'

afterEach(closeAll)

describe('HttpTarget: what goes wrong is the outcome', () => {
  test('nobody listens', async () => {
    const { target, server } = await targetFor({})
    await server.close()
    const { outcome, observer } = await sendTurn(target)
    expect(outcome).toMatchObject({
      kind: 'failed',
      class: 'connect',
      message: expect.stringContaining('ECONNREFUSED'),
    })
    expect([observer.heard, observer.sentMs]).toEqual([[], undefined])
    expect(observer.connectingMs).toBeTypeOf('number')
  })

  test('a connection that does not come to stand in the time of the request', async () => {
    // It takes the connection and leaves the handshake of TLS unanswered.
    const silent = createServer()
    const port = await listen(silent)
    closing.push(async () => silent.close())
    const { target } = await targetFor({}, { url: `https://127.0.0.1:${port}`, timeoutMs: 50 })
    const { outcome, observer } = await sendTurn(target)
    expect(outcome).toEqual({ kind: 'failed', class: 'connect', message: 'no connection after 50 ms' })
    expect(observer.sentMs).toBeUndefined()
  })

  test.each<[string, StandInOptions, object]>([
    [
      'an unknown model',
      { model: 'other' },
      { class: 'unknown-model', status: 404, message: 'The model `stand-in` does not exist.' },
    ],
    [
      'status 500',
      answering(500, '{"error":{"message":"boom\\u001b[2J"}}'),
      { class: 'server-error', status: 500, message: 'boom [2J' },
    ],
    ['status 429', answering(429, 'slow down'), { class: 'rate-limited', status: 429, message: 'slow down' }],
    ['status 302', answering(302, ''), { class: 'malformed-reply', status: 302 }],
    [
      'an error inside the stream',
      speaking(delta({ content: 'a' }), 'data: {"error":{"message":"it died"}}\n\n'),
      { class: 'error-in-stream', status: 200, message: 'it died' },
    ],
    ['an event that is not JSON', speaking('data: {"choices":[\n\n', done), { class: 'malformed-reply' }],
    [
      'a page instead of a reply',
      answering(200, '<html>welcome</html>'),
      { class: 'malformed-reply', message: 'what came is neither a stream of events nor JSON: <html>welcome</html>' },
    ],
    [
      'JSON that is no reply',
      answering(200, '{"hello":1}', 'application/json'),
      { class: 'malformed-reply', message: 'the reply is not a chat completion: {"hello":1}' },
    ],
    [
      'JSON that breaks off',
      answering(200, '\n{"choices":[{"message"', 'application/json'),
      { class: 'malformed-reply', message: 'the reply is not a chat completion: {"choices":[{"message"' },
    ],
    ['nothing', answering(200, ''), { class: 'malformed-reply', message: 'the reply has no body' }],
    ['white space', answering(200, ' \r\n\n'), { class: 'malformed-reply', message: 'the reply has no body' }],
    [
      'a text',
      answering(200, 'upstream\u001b[2J timed out', 'text/event-stream'),
      { class: 'malformed-reply', message: 'what came is neither a stream of events nor JSON: upstream [2J timed out' },
    ],
    [
      'a reply that is compressed, though nobody asked for it',
      {
        answer: (_, response) => {
          response.writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' })
          response.end(gzipSync(delta({ content: 'a' }, 'length') + done))
          return true
        },
      },
      { class: 'malformed-reply', status: 200, message: 'a content coding that was not asked for: gzip' },
    ],
    ['a stream that just ends', speaking(delta({ content: 'a' })), { class: 'malformed-reply' }],
  ])('%s', async (_, options, expected) => {
    const { target } = await targetFor(options)
    expect((await sendTurn(target)).outcome).toMatchObject({ kind: 'failed', ...expected })
  })

  test('a prompt too long is truncated, before the stream and in it', async () => {
    const { target } = await targetFor({ maxModelTokens: 50 })
    const message = "This model's maximum context length is 50 tokens."
    expect((await sendTurn(target)).outcome).toEqual({ kind: 'truncated', status: 400, message })
    const late = await targetFor(speaking(`data: ${JSON.stringify({ error: { message } })}\n\n`))
    expect((await sendTurn(late.target)).outcome).toEqual({ kind: 'truncated', status: 200, message })
  })

  test('a connection that is reset in the middle of a reply, and the usage told until then', async () => {
    const { target } = await targetFor({
      answer: (_, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        response.write(
          eventOf([{ index: 0, delta: { content: 'a' } }], { prompt_tokens: 100, completion_tokens: 1 }),
          () => response.socket?.resetAndDestroy(),
        )
        return true
      },
    })
    const { outcome, observer } = await sendTurn(target)
    const usage = { inputTokens: 100, outputTokens: 1 }
    expect(outcome).toMatchObject({ kind: 'failed', class: 'disconnect', status: 200, usage })
    expect(observer.heard).toEqual(['sent', 'headers', 'answer'])
  })

  test('a connection that closes before any reply is not tried again', async () => {
    let requests = 0
    const { target } = await targetFor({
      answer: (_, response) => {
        requests += 1
        response.socket?.destroy()
        return true
      },
    })
    const { outcome, observer } = await sendTurn(target)
    expect(outcome).toMatchObject({ kind: 'failed', class: 'disconnect' })
    expect(observer.heard).toEqual(['sent'])
    expect(requests).toBe(1)
  })

  test('a server that falls silent is given up after the time limit', async () => {
    const { target } = await targetFor({ answer: () => true }, { timeoutMs: 50 })
    const { outcome } = await sendTurn(target)
    expect(outcome).toEqual({ kind: 'failed', class: 'timeout', message: 'the reply had not begun after 50 ms' })
  })

  test('a reply that was complete is ok, even if its connection breaks then', async () => {
    const { target } = await targetFor({
      answer: (_, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        response.write(delta({ content: 'a' }, 'length') + done, () => response.socket?.resetAndDestroy())
        return true
      },
    })
    expect((await sendTurn(target)).outcome).toEqual({ kind: 'ok', finishReason: 'length' })
  })
})
