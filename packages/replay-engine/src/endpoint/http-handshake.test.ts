import { createServer as createTlsServer } from 'node:https'
import { connect, createServer, type Socket } from 'node:net'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterEach, expect, onTestFinished, test } from 'vitest'
import { listen } from './http-connection.fixture.ts'
import { closeAll, closing, corpus, delta, done, sendTurn, targetFor } from './http-target.fixture.ts'
import { ListeningObserver, plannedRequest } from './planned-request.fixture.ts'
import { selfSigned } from './self-signed.fixture.ts'

afterEach(closeAll)

test('what the handshake takes lies before the sending, and not in the time to the first token', async () => {
  const held = await heldHandshakes()
  const { target, clock } = await targetFor({}, { url: held.url })
  const sending = sendTurn(target)
  await held.begun
  const releasedMs = clock.now()
  held.release()
  const { observer, outcome } = await sending
  expect(outcome.kind).toBe('ok')
  expect(observer.connectingMs).toBeLessThanOrEqual(releasedMs)
  expect(observer.sentMs).toBeGreaterThanOrEqual(releasedMs)
  expect(observer.sentMs).toBeLessThanOrEqual(observer.headersMs!)
  // The connection stands now.
  expect((await sendTurn(target)).observer).toMatchObject({ connectingMs: undefined, sentMs: expect.any(Number) })
})

test.each(['connecting', 'sent'] as const)(
  'an observer that throws on %s stops the request before it is written',
  async (event) => {
    const { target, server } = await targetFor({})
    const observer = Object.assign(new ListeningObserver(), {
      [event]: () => {
        throw new Error('a bug')
      },
    })
    const sending = target.send(plannedRequest(corpus, { turn: 0 }), observer, new AbortController().signal)
    await expect(sending).rejects.toThrow('a bug')
    expect((await sendTurn(target)).outcome.kind).toBe('ok')
    expect(server.calls).toHaveLength(1)
  },
)

/** A server behind TLS that reads nothing of a handshake until it is released. */
async function heldHandshakes(): Promise<{ url: string; begun: Promise<void>; release: () => void }> {
  const trusted = getCACertificates('default')
  onTestFinished(() => setDefaultCACertificates(trusted))
  setDefaultCACertificates([...trusted, selfSigned.cert])
  const server = createTlsServer(selfSigned, (request, response) =>
    request.resume().on('end', () => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.end(delta({ content: 'a' }, 'length') + done)
    }),
  )
  const port = await listen(server)
  const begun = Promise.withResolvers<void>()
  const released = Promise.withResolvers<void>()
  const sockets: Socket[] = []
  const gate = createServer({ pauseOnConnect: true }, (socket) => {
    const beyond = connect(port, '127.0.0.1')
    sockets.push(socket, beyond)
    for (const each of [socket, beyond]) each.on('error', () => {})
    begun.resolve()
    void released.promise.then(() => socket.pipe(beyond).pipe(socket))
  })
  const url = `https://localhost:${await listen(gate)}`
  closing.push(async () => {
    for (const each of sockets) each.destroy()
    gate.close()
    server.close()
  })
  return { url, begun: begun.promise, release: released.resolve }
}
