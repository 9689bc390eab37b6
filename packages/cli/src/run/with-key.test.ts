import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { keptContext } from '../terminal/kept-context.fixture.ts'
import { withKey } from './with-key.ts'

const secret = 'sk-of-another-service'

/** A server that lets in whoever shows the key, or everybody. */
async function serverAsking(asked: string | undefined) {
  const shown: (string | undefined)[] = []
  const server = createServer(({ headers }, response) => {
    shown.push(headers.authorization)
    response.writeHead(asked === undefined || headers.authorization === asked ? 200 : 401).end('{}')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return { shown, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

const options = { timeout: 1_000, metrics: false, power: 'off' } as const

test('an endpoint that asks for a key is given that of OPENAI_API_KEY, which is said and not shown', async () => {
  const { url, shown } = await serverAsking(`Bearer ${secret}`)
  const { context, kept } = keptContext({ env: { OPENAI_API_KEY: secret } })
  expect(await withKey({ ...options, url }, context.io)).toMatchObject({ apiKey: secret })
  expect(kept.stderr).toBe(`${url} asks for a key, and is given the one in OPENAI_API_KEY\n`)
  expect(shown).toEqual([undefined])
})

test('one that asks for none does not see it, nor does one whose key is named', async () => {
  const { url, shown } = await serverAsking(undefined)
  const { context, kept } = keptContext({ env: { OPENAI_API_KEY: secret } })
  expect(await withKey({ ...options, url }, context.io)).not.toHaveProperty('apiKey')
  expect(await withKey({ ...options, url, apiKey: 'mine' }, context.io)).toMatchObject({ apiKey: 'mine' })
  expect([shown, kept.stderr]).toEqual([[undefined], ''])
})

test('one that is not there is left to whoever probes it, and without the variable nobody is asked', async () => {
  const down = { ...options, url: 'http://127.0.0.1:9' }
  expect(await withKey(down, keptContext({ env: { OPENAI_API_KEY: secret } }).context.io)).toBe(down)
  const { url, shown } = await serverAsking('Bearer other')
  expect(await withKey({ ...options, url }, keptContext().context.io)).not.toHaveProperty('apiKey')
  expect(shown).toEqual([])
})
