import { afterEach, describe, expect, test } from 'vitest'
import { WallClock } from '../clock/wall-clock.ts'
import { closeAll, closing, defaults, flakyServer, sendTurn, targetFor } from './http-target.fixture.ts'
import { HttpTarget } from './http-target.ts'

afterEach(closeAll)

describe('an idle connection', () => {
  test('closed by the server under the client: sent once more, and said', async () => {
    const server = await flakyServer()
    const target = new HttpTarget({ ...defaults(), url: server.url, clock: new WallClock() })
    closing.push(() => target.close())
    expect((await sendTurn(target)).observer.heard).toEqual(['sent', 'headers', 'answer'])
    await new Promise((resolve) => setTimeout(resolve, 600))
    server.dropNext()
    const { observer, outcome } = await sendTurn(target)
    expect(outcome.kind).toBe('ok')
    expect(observer.heard).toEqual(['sent', 'resent', 'headers', 'answer'])
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

  test('that was in use a moment ago is not taken for idle', async () => {
    const server = await flakyServer()
    const target = new HttpTarget({ ...defaults(), url: server.url, clock: new WallClock() })
    closing.push(() => target.close())
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
