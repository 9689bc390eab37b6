import { expect, test } from 'vitest'
import { eventsOf, sendRaw } from './raw-reply.fixture.ts'
import { quickEngine, serveForTest } from './serve.fixture.ts'

const routes = [
  ['/v1/chat/completions', { messages: [{ role: 'user', content: 'a b' }] }],
  ['/v1/completions', { prompt: 'a b' }],
] as const

test.each(routes)(
  '%s tells when its tokens were made, as the log has it, where it is asked to',
  async (path, asked) => {
    const engine = quickEngine({ stepTime: { baseMs: 4 } })
    const { port, log } = await serveForTest({ engine, tellsTimes: true })
    const body = { ...asked, max_tokens: 5, ignore_eos: true }
    const whole = JSON.parse((await sendRaw(port, { method: 'POST', path, body })).body)
    const { queuedMs, scheduledMs } = log[0]!
    expect(whole.metrics).toEqual({
      time_to_first_token_ms: expect.closeTo(4, 6),
      generation_time_ms: expect.closeTo(16, 6),
      queue_time_ms: expect.closeTo(scheduledMs! - queuedMs, 6),
      mean_itl_ms: expect.closeTo(4, 6),
      tokens_per_second: expect.closeTo(250, 6),
    })
    const streamed = { ...body, stream: true, stream_options: { include_usage: true } }
    const events = eventsOf((await sendRaw(port, { method: 'POST', path, body: streamed })).body)
    expect(events.at(-2)).toMatchObject({ metrics: { mean_itl_ms: expect.closeTo(4, 6) } })
    const one = JSON.parse((await sendRaw(port, { method: 'POST', path, body: { ...body, max_tokens: 1 } })).body)
    expect(one.metrics).toMatchObject({ generation_time_ms: 0, mean_itl_ms: null })
    // Of several choices there is no one time.
    const two = JSON.parse((await sendRaw(port, { method: 'POST', path, body: { ...body, n: 2 } })).body)
    expect(two.metrics).toBeNull()
  },
)

test.each(routes)('%s does not tell unasked', async (path, asked) => {
  const { port } = await serveForTest()
  expect(
    JSON.parse((await sendRaw(port, { method: 'POST', path, body: { ...asked, max_tokens: 1 } })).body).metrics,
  ).toBeNull()
})
