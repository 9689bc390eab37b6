import { afterEach, describe, expect, test } from 'vitest'
import type { Clock } from '../clock/clock.ts'
import { WallClock } from '../clock/wall-clock.ts'
import { closeAll, closing, corpus, defaults, flakyServer, sendTurn, targetFor } from './http-target.fixture.ts'
import { HttpTarget } from './http-target.ts'
import { ListeningObserver, plannedRequest } from './planned-request.fixture.ts'

afterEach(closeAll)

describe('an idle connection', () => {
  test('closed by the server under the client: sent once more, and said', async () => {
    const server = await flakyServer()
    const target = flakyTarget(server.url)
    expect((await sendTurn(target)).observer.heard).toEqual(['sent', 'headers', 'answer'])
    await new Promise((resolve) => setTimeout(resolve, 600))
    server.dropNext()
    const { observer, outcome } = await sendTurn(target)
    expect(outcome.kind).toBe('ok')
    expect(observer.heard).toEqual(['sent', 'resent', 'sent', 'headers', 'answer'])
  })

  test('that the server has closed in time is opened again, and nothing is lost or sent twice', async () => {
    const { target, server } = await targetFor({ keepAliveMs: 50 })
    await sendTurn(target)
    while (server.open() > 0) await new Promise((resolve) => setTimeout(resolve, 20))
    const { observer, outcome } = await sendTurn(target)
    expect(outcome.kind).toBe('ok')
    expect(observer.heard.filter((event) => event === 'sent' || event === 'resent')).toEqual(['sent'])
    expect(server.connections()).toBe(2)
    expect(server.calls).toHaveLength(2)
  })

  test.each<[string, string, string]>([
    ['bytes that are no reply', 'SSH-2.0-OpenSSH_9.6\r\n', 'malformed-reply'],
    ['a part of a head', 'HTTP/1.1 200 OK\r\nContent-', 'disconnect'],
    ['an interim reply', 'HTTP/1.1 100 Continue\r\n\r\n', 'disconnect'],
  ])(
    'that has brought %s since the request was not lost in idleness: nothing is sent twice',
    async (_, text, failure) => {
      const server = await flakyServer()
      const target = flakyTarget(server.url)
      await sendTurn(target)
      await new Promise((resolve) => setTimeout(resolve, 600))
      server.dropNext(text)
      const { observer, outcome } = await sendTurn(target)
      expect(outcome).toMatchObject({ kind: 'failed', class: failure })
      expect([observer.heard, server.requests()]).toEqual([['sent'], 2])
    },
  )

  test('that the client closes is no loss of the server: nothing is sent again, then or later', async () => {
    const server = await flakyServer()
    const target = flakyTarget(server.url)
    await sendTurn(target)
    await new Promise((resolve) => setTimeout(resolve, 600))
    server.dropNext('')
    const waiting = sendTurn(target)
    while (server.requests() < 2) await new Promise((resolve) => setTimeout(resolve, 1))
    await target.close()
    const { observer, outcome } = await waiting
    expect(outcome).toMatchObject({ kind: 'failed', class: 'disconnect', message: 'the client was closed' })
    expect(observer.heard).toEqual(['sent'])
    expect((await sendTurn(target)).outcome).toMatchObject({ kind: 'failed', class: 'connect' })
    expect(server.requests()).toBe(2)
  })

  test('that has read something nobody asked for is not used, though nobody has looked at it yet', async () => {
    const wall = new WallClock()
    let onRead = () => {}
    // All reads come together at its one instant, and are put off.
    const now = () => {
      onRead()
      return 0
    }
    const server = await flakyServer()
    const target = flakyTarget(server.url, { now, at: (ms, run) => wall.at(wall.now() + ms, run) })
    await sendTurn(target)
    const next = new Promise<Awaited<ReturnType<typeof sendTurn>>>((resolve) => {
      onRead = () => {
        onRead = () => {}
        queueMicrotask(() => resolve(sendTurn(target)))
      }
    })
    server.blurt('HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\n\r\n')
    expect((await next).outcome).toEqual({ kind: 'ok', finishReason: 'length' })
  })

  test('an observer that throws when it hears of the second sending is told of as any other', async () => {
    const server = await flakyServer()
    const target = flakyTarget(server.url)
    await sendTurn(target)
    await new Promise((resolve) => setTimeout(resolve, 600))
    server.dropNext()
    const observer = Object.assign(new ListeningObserver(), {
      resent: () => {
        throw new Error('a bug')
      },
    })
    const sending = target.send(plannedRequest(corpus, { turn: 0 }), observer, new AbortController().signal)
    await expect(sending).rejects.toThrow('a bug')
  })

  test('that was in use a moment ago is not taken for idle', async () => {
    const server = await flakyServer()
    const target = flakyTarget(server.url)
    await sendTurn(target)
    server.dropNext()
    const { observer, outcome } = await sendTurn(target)
    expect(outcome).toMatchObject({ kind: 'failed', class: 'disconnect' })
    expect(observer.heard).toEqual(['sent'])
  })

  test('is not used again after four seconds', async () => {
    let aheadMs = 0
    const wall = new WallClock()
    const clock = { now: () => wall.now() + aheadMs, at: (ms: number, run: () => void) => wall.at(ms - aheadMs, run) }
    const { target, server } = await targetFor({}, { clock })
    await sendTurn(target)
    aheadMs += 3_500
    await sendTurn(target)
    expect(server.connections()).toBe(1)
    aheadMs += 4_500
    await sendTurn(target)
    expect(server.connections()).toBe(2)
  })
})

function flakyTarget(url: string, clock: Clock = new WallClock()): HttpTarget {
  const target = new HttpTarget({ ...defaults(), url, clock })
  closing.push(() => target.close())
  return target
}
