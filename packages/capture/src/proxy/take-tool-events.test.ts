import { expect, test } from 'vitest'
import { between, upstreamOf } from './proxied.fixture.ts'
import { toolEventsPath } from './take-tool-events.ts'

const event = {
  ...{ event_type: 'tool_end', event_time_unix_ms: 500, session_id: 's' },
  tool: { tool_call_id: 'c1', tool_class: 'ls' },
}

test('a harness is answered how much of what it told could be used, and the upstream hears nothing of it', async () => {
  const asked: unknown[] = []
  const { proxy, tools } = await between(
    upstreamOf((request, response) => {
      asked.push(request.url)
      response.end('the upstream')
    }),
  )
  const tell = async (body: string, method = 'POST') => {
    const reply = await fetch(`${proxy.url}${toolEventsPath}`, { method, ...(method === 'POST' && { body }) })
    return [reply.status, await reply.text()]
  }
  expect(await tell(JSON.stringify([event, 1]))).toEqual([200, '{"accepted":1,"rejected":1}'])
  expect(await tell('{')).toEqual([400, expect.stringContaining('no JSON')])
  expect(await tell(`"${'x'.repeat(4 * 1024 * 1024)}"`)).toEqual([413, expect.stringContaining('send fewer')])
  expect(tools).toMatchObject([{ session: 's', callId: 'c1', name: 'ls' }])
  expect(asked).toEqual([])
  expect(await tell('', 'GET')).toEqual([200, 'the upstream'])
})
