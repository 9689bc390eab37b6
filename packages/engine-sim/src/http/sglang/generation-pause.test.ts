import { expect, test } from 'vitest'
import { eventsOf, sendRaw } from '../raw-reply.fixture.ts'
import { wordsOf } from '../serve.fixture.ts'
import { quickSglang, serveSglangForTest, sglangMetricsOf } from './serve-sglang.fixture.ts'

const post = (port: number, path: string, body: object) => sendRaw(port, { method: 'POST', path, body })
const pause = async (port: number, body: object) => JSON.parse((await post(port, '/pause_generation', body)).body)
const goOn = async (port: number) => JSON.parse((await post(port, '/continue_generation', {})).body)
const text = wordsOf(130)

/** A stream that has begun, and all of it when it is over. */
async function begun(port: number, tokens: number) {
  const reply = await fetch(`http://127.0.0.1:${port}/generate`, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
    body: JSON.stringify({ text, stream: true, sampling_params: { max_new_tokens: tokens, ignore_eos: true } }),
  })
  const reader = reply.body!.getReader()
  let told = Buffer.from((await reader.read()).value!).toString()
  const rest = (async () => {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) told += Buffer.from(piece.value)
    return eventsOf(told).at(-2) as unknown as { meta_info: Record<string, unknown> & { finish_reason: object } }
  })()
  return { rest }
}

const slow = quickSglang({}, 5)
const waiting = (port: number) => async () => (await sglangMetricsOf(port))['sglang:num_queue_reqs']

test('abort, which is meant by itself, stops what is there; what comes waits until generation goes on', async () => {
  const { port } = await serveSglangForTest({ engine: slow })
  const { rest } = await begun(port, 10_000)
  expect(await pause(port, {})).toEqual({ message: 'Generation paused successfully.', status: 'ok' })
  expect((await rest).meta_info.finish_reason).toMatchObject({ type: 'abort' })
  const late = post(port, '/generate', { text, sampling_params: { max_new_tokens: 2, ignore_eos: true } })
  await expect.poll(waiting(port)).toBe(1)
  expect(await goOn(port)).toEqual({ message: 'Generation continued successfully.', status: 'ok' })
  expect(JSON.parse((await late).body).meta_info).toMatchObject({ completion_tokens: 2, cached_tokens: 128 })
})

test.each([
  ['in_place', { num_retractions: 0 }],
  ['retract', { num_retractions: 1 }],
])('%s: what runs goes on where it was, or is computed again', async (mode, told) => {
  const { port } = await serveSglangForTest({ engine: slow })
  const { rest } = await begun(port, 40)
  await pause(port, { mode })
  await expect.poll(waiting(port)).toBe(mode === 'retract' ? 1 : 0)
  const stands = async () => (await sglangMetricsOf(port))['sglang:realtime_tokens_total{mode="decode"}']
  // One step more may have been under way.
  await expect.poll(async () => [await stands(), await stands()].every((value, _, all) => value === all[0])).toBe(true)
  await goOn(port)
  expect((await rest).meta_info).toMatchObject({ completion_tokens: 40, finish_reason: { type: 'length' }, ...told })
})

test('another mode is refused, and so is a body that is none', async () => {
  const { port } = await serveSglangForTest()
  const refused = await post(port, '/pause_generation', { mode: 'keep' })
  expect([refused.status, refused.body]).toEqual([400, expect.stringMatching(/body\.mode.*abort.*retract.*in_place/s)])
  const empty = await sendRaw(port, { method: 'POST', path: '/pause_generation' })
  expect(empty.status).toBe(400)
})
