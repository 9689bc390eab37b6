import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { compareDates, narrowed } from './compare-dates.ts'

/** A server whose date is so much behind this machine's. */
async function serverBehind(behindMs: number | undefined): Promise<string> {
  const server = createServer((_, response) => {
    response.sendDate = false
    if (behindMs !== undefined) response.setHeader('date', new Date(Date.now() - behindMs).toUTCString())
    response.end('ok')
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('how far the date of a server is behind, as exactly as it says', async () => {
  const { aheadMs, uncertainMs } = (await compareDates({ url: await serverBehind(3_210) }))!
  expect(Math.abs(aheadMs - 3_210)).toBeLessThanOrEqual(uncertainMs + 1)
})

test('a server that tells no date is not compared', async () => {
  expect(await compareDates({ url: await serverBehind(undefined) })).toBeUndefined()
})

test('whatever answers come when, the truth is within the bounds', () => {
  const answer = fc.record({ atMs: fc.nat(5_000), thereMs: fc.nat(40), backMs: fc.nat(40) })
  fc.assert(
    fc.property(fc.integer({ min: -5_000, max: 5_000 }), fc.array(answer, { minLength: 1 }), (ahead, answers) => {
      const bounds = answers.reduce<ReturnType<typeof narrowed> | undefined>((before, { atMs, thereMs, backMs }) => {
        const answeredThereMs = 1e12 + atMs + thereMs - ahead
        const dateMs = Math.floor(answeredThereMs / 1_000) * 1_000
        return narrowed(before, { askedMs: 1e12 + atMs, answeredMs: 1e12 + atMs + thereMs + backMs, dateMs })
      }, undefined)!
      expect(bounds.leastMs).toBeLessThanOrEqual(ahead)
      expect(bounds.mostMs).toBeGreaterThanOrEqual(ahead)
    }),
  )
})
