import { createServer } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { EndpointClient } from './endpoint-client.ts'
import { findEngine } from './find-engine.ts'
import { listen } from './http-connection.fixture.ts'

/** Asks a server that answers these paths, and leaves all others without an answer. */
async function engineOf(answers: Readonly<Record<string, string>>, ownedBy?: string) {
  const server = createServer((request, response) => {
    const answer = answers[request.url!]
    if (answer !== undefined) response.end(answer)
  })
  const client = new EndpointClient({ url: `http://127.0.0.1:${await listen(server)}`, timeoutMs: 1_000 })
  onTestFinished(() => {
    client.close()
    server.closeAllConnections()
    server.close()
  })
  return findEngine(client, ownedBy)
}

test('what is not answered says nothing, and keeps nobody from the rest', async () => {
  expect(await engineOf({})).toEqual({ isModel: false, signs: [] })
  expect(await engineOf({ '/get_server_info': '{"internal_states":[],"version":"0.5.9"}' })).toMatchObject({
    name: 'sglang',
    version: '0.5.9',
  })
})

test('answers that are not what they should be say nothing', async () => {
  const answers = {
    '/version': '["1"]',
    '/server_info': 'null',
    '/get_server_info': '[]',
    '/metrics': '<html>vllm:</html>',
  }
  expect(await engineOf(answers)).toEqual({ isModel: false, signs: [] })
  expect(await engineOf({ ...answers, '/version': '{"version":7}' }, 'vllm\u001b[2J')).toEqual({
    isModel: false,
    signs: [],
  })
})

test('an engine model tells its settings', async () => {
  const answers = { '/version': '{"version":"0.33.0+reprise.sim"}', '/server_info': '{"model":"m"}' }
  expect(await engineOf(answers, 'reprise')).toMatchObject({
    name: 'reprise-sim',
    isModel: true,
    config: { model: 'm' },
  })
  const likeSglang = { version: '0.5.23+reprise.sim', page_size: 64, reprise_engine: { model: 'm' } }
  expect(await engineOf({ '/server_info': JSON.stringify(likeSglang) }, 'reprise')).toMatchObject({
    name: 'reprise-sim',
    isModel: true,
    config: { model: 'm' },
  })
})
