import { afterEach, expect, test } from 'vitest'
import { startStandInServer } from '../stand-ins/stand-in-server.ts'
import { closeAll, closing, sendTurn, targetFor } from './http-target.fixture.ts'
import { probeEndpoint } from './probe-endpoint.ts'
import { resetPrefixCache } from './reset-prefix-cache.ts'
import { takesTokenIds } from './takes-token-ids.ts'

afterEach(closeAll)

const extras = {
  headers: { 'x-tenant': 'search' },
  body: { top_p: 0.9, chat_template_kwargs: { enable_thinking: false } },
}

test('a run sends them with every request, and its own fields stand', async () => {
  const { target, server } = await targetFor({}, { extras })
  await sendTurn(target)
  await sendTurn(target, 1)
  expect(server.requests).toHaveLength(2)
  for (const { headers, body } of server.requests) {
    expect(headers).toMatchObject({ 'x-tenant': 'search', 'content-type': 'application/json' })
    expect(body).toMatchObject({ ...extras.body, model: 'stand-in', stream: true })
  }
})

test('whatever is asked before a run has the headers; what generates has the fields, and what counts those of the template', async () => {
  const server = await startStandInServer()
  closing.push(() => server.close())
  await probeEndpoint({ url: server.url, extras })
  await takesTokenIds({ url: server.url, extras, model: 'stand-in' })
  await resetPrefixCache({ url: server.url, extras })
  const routes = new Set(server.requests.map(({ route }) => route))
  expect(routes).toEqual(
    expect.toSatisfy((seen: Set<string>) => seen.has('POST /flush_cache?timeout=20') && seen.size > 5),
  )
  for (const { route, headers, body } of server.requests) {
    expect(headers, route).toMatchObject({ 'x-tenant': 'search' })
    if (route === 'POST /v1/chat/completions') expect(body).toMatchObject(extras.body)
    if (route !== 'POST /tokenize') continue
    const isConversation = 'messages' in (body as object)
    const template = { chat_template_kwargs: extras.body.chat_template_kwargs }
    expect(body).toEqual(isConversation ? expect.objectContaining(template) : expect.not.objectContaining(template))
    expect(body).not.toHaveProperty('top_p')
  }
})
