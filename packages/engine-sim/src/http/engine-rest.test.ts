import { describe, expect, test } from 'vitest'
import { eventsOf, sendRaw } from './raw-reply.fixture.ts'
import { quickEngine, serveForTest, wordsOf } from './serve.fixture.ts'

const prompt = wordsOf(130)

async function post(port: number, path: string, body?: object) {
  const reply = await sendRaw(port, { method: 'POST', path, ...(body && { body }) })
  return { status: reply.status, body: reply.body, json: () => JSON.parse(reply.body) }
}
const complete = (port: number, body: object) =>
  post(port, '/v1/completions', { prompt, ignore_eos: true, max_tokens: 2, ...body })
const get = async (port: number, path: string) => JSON.parse((await sendRaw(port, { method: 'GET', path })).body)
const metric = async (port: number, start: string) => {
  const { body } = await sendRaw(port, { method: 'GET', path: '/metrics' })
  return body.split('\n').find((line) => line.startsWith(start))
}

/** Completes when a stream has begun; `rest` when it has ended, with all of it. */
async function begun(url: string, tokens: number) {
  const reply = await fetch(`${url}/v1/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ prompt, ignore_eos: true, max_tokens: tokens, stream: true }),
  })
  const reader = reply.body!.getReader()
  const decoder = new TextDecoder()
  let text = decoder.decode((await reader.read()).value)
  const rest = (async () => {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) text += decoder.decode(piece.value)
    return eventsOf(text) as { choices: [{ finish_reason: string | null }] }[]
  })()
  return { rest }
}

const slow = quickEngine({ stepTime: { baseMs: 5 } })

/** Tokens that take half a second: a busy machine must not see the end of them before it has asked for a pause. */
const longReply = 100

describe('a paused engine', () => {
  test('takes no step: a request waits until it is resumed', async () => {
    const { port, log } = await serveForTest()
    expect(await get(port, '/is_paused')).toEqual({ is_paused: false })
    expect((await post(port, '/pause?mode=keep')).json()).toEqual({ status: 'paused' })
    expect(await get(port, '/is_paused')).toEqual({ is_paused: true })
    const waiting = complete(port, {})
    await expect.poll(() => metric(port, 'vllm:num_requests_waiting{')).toMatch(/ 1\.0$/)
    expect(log).toEqual([])
    expect((await post(port, '/resume')).json()).toEqual({ status: 'resumed' })
    expect((await waiting).json().choices[0].finish_reason).toBe('length')
    expect(await get(port, '/is_paused')).toEqual({ is_paused: false })
    expect(log).toHaveLength(1)
  })

  test('what runs is aborted, and told so; its client keeps what it has', async () => {
    const { port, url, log } = await serveForTest({ engine: slow })
    const { rest: stream } = await begun(url, 100_000)
    const whole = complete(port, { max_tokens: 100_000 })
    await expect.poll(() => metric(port, 'vllm:num_requests_running')).toMatch(/ 2\.0$/)
    await post(port, '/pause')
    const events = await stream
    expect(events.at(-1)).toBe('[DONE]')
    expect(events.at(-2)!.choices[0].finish_reason).toBe('abort')
    expect((await whole).json().choices[0].finish_reason).toBe('abort')
    expect(await metric(port, 'vllm:num_requests_running')).toMatch(/ 0\.0$/)
    expect(await metric(port, 'vllm:request_success_total{engine="0",finished_reason="abort"')).toMatch(/ 2\.0$/)
    expect(log.map(({ aborted }) => aborted)).toEqual([true, true])
  })

  test('what runs is served to its end, where asked; what comes meanwhile is refused, as with abort', async () => {
    const { port, url, log } = await serveForTest({ engine: slow })
    const { rest: stream } = await begun(url, longReply)
    const paused = post(port, '/pause?mode=wait')
    const refused = await complete(port, {})
    const message = 'Generation is paused. Please retry after it resumes.'
    expect([refused.status, refused.json().error]).toMatchObject([503, { message, code: 503, param: null }])
    const body = { model: 'tiny', messages: [{ role: 'user', content: 'a' }], max_tokens: 1 }
    expect(await post(port, '/v1/messages', body)).toMatchObject({
      status: 503,
      body: JSON.stringify({ type: 'error', error: { type: 'overloaded_error', message } }),
    })
    expect((await paused).json()).toEqual({ status: 'paused' })
    expect(log.map(({ outputTokens }) => outputTokens)).toEqual([longReply])
    expect((await stream).at(-2)!.choices[0].finish_reason).toBe('length')
    await post(port, '/resume')
    expect((await complete(port, {})).status).toBe(200)
    // The cache was forgotten between them.
    expect(log.map(({ cachedTokens }) => cachedTokens)).toEqual([0, 0])
  })

  test('what runs stays where it is, and goes on; its cache stays too, where asked', async () => {
    const { port, url, log } = await serveForTest({ engine: slow, keepTokenInstants: true })
    const { rest: stream } = await begun(url, longReply)
    await post(port, '/pause?mode=keep&clear_cache=false')
    const before = await metric(port, 'vllm:generation_tokens_total')
    expect(await metric(port, 'vllm:num_requests_running')).toMatch(/ 1\.0$/)
    await new Promise((done) => setTimeout(done, 40))
    expect(await metric(port, 'vllm:generation_tokens_total')).toBe(before)
    await post(port, '/resume')
    expect((await stream).at(-2)!.choices[0].finish_reason).toBe('length')
    const gaps = log[0]!.tokenMs!.slice(1).map((atMs, index) => atMs - log[0]!.tokenMs![index]!)
    expect(gaps.filter((ms) => ms > 39)).toHaveLength(1)
    expect(await metric(port, 'vllm:num_preemptions_total')).toMatch(/ 0\.0$/)
  })

  test('what stays loses its cache otherwise: it is computed again', async () => {
    const { port, url } = await serveForTest({ engine: slow })
    const { rest: stream } = await begun(url, longReply)
    await post(port, '/pause?mode=keep')
    expect(await metric(port, 'vllm:kv_cache_usage_perc')).toMatch(/ 0\.0$/)
    await post(port, '/resume')
    expect((await stream).at(-2)!.choices[0].finish_reason).toBe('length')
    expect(await metric(port, 'vllm:num_preemptions_total')).toMatch(/ 1\.0$/)
  })

  test.each(['/pause?mode=later', '/pause?clear_cache=perhaps', '/sleep?level=3', '/sleep?mode=now'])(
    '%s is refused, and nothing happens',
    async (path) => {
      const { port } = await serveForTest()
      const reply = await post(port, path)
      expect([reply.status, reply.json().error.param]).toEqual([400, expect.stringMatching(/^query\./)])
      expect(await get(port, '/is_paused')).toEqual({ is_paused: false })
    },
  )
})

describe('a sleeping engine', () => {
  const asleep = (port: number, state: string) =>
    metric(port, `vllm:engine_sleep_state{engine="0",model_name="tiny",sleep_state="${state}"}`)

  test('has lost its cache, and lets requests wait until it is woken', async () => {
    const { port, log } = await serveForTest()
    for (let sent = 0; sent < 2; sent += 1) await complete(port, {})
    expect(await asleep(port, 'awake')).toMatch(/ 1\.0$/)
    const slept = await post(port, '/sleep')
    expect([slept.status, slept.json()]).toEqual([200, { status: 'sleeping', level: 1 }])
    expect(await get(port, '/is_sleeping')).toEqual({ is_sleeping: true })
    expect([await asleep(port, 'awake'), await asleep(port, 'weights_offloaded')]).toEqual([
      expect.stringMatching(/ 0\.0$/),
      expect.stringMatching(/ 1\.0$/),
    ])
    // Going on is not waking up.
    await post(port, '/resume')
    expect(await get(port, '/is_sleeping')).toEqual({ is_sleeping: true })
    const waiting = complete(port, {})
    await expect.poll(() => metric(port, 'vllm:num_requests_waiting{')).toMatch(/ 1\.0$/)
    expect((await post(port, '/wake_up')).json()).toEqual({ status: 'awake', tags: null })
    await waiting
    expect(await get(port, '/is_sleeping')).toEqual({ is_sleeping: false })
    expect(log.map(({ cachedTokens }) => cachedTokens)).toEqual([0, 128, 0])
  })

  test('at level 0 it keeps its cache', async () => {
    const { port, log } = await serveForTest()
    await complete(port, {})
    await post(port, '/sleep?level=0')
    expect(await get(port, '/is_sleeping')).toEqual({ is_sleeping: true })
    await post(port, '/wake_up?tags=scheduling')
    await complete(port, {})
    expect(log.map(({ cachedTokens }) => cachedTokens)).toEqual([0, 128])
  })

  test('woken by parts it goes on with the last', async () => {
    const { port } = await serveForTest()
    await post(port, '/sleep?level=2')
    expect(await asleep(port, 'discard_all')).toMatch(/ 1\.0$/)
    expect((await post(port, '/wake_up?tags=weights')).json()).toEqual({ status: 'sleeping', tags: ['weights'] })
    expect(await asleep(port, 'discard_all')).toMatch(/ 1\.0$/)
    expect(await get(port, '/is_sleeping')).toEqual({ is_sleeping: true })
    await post(port, '/wake_up?tags=kv_cache')
    expect(await get(port, '/is_sleeping')).toEqual({ is_sleeping: false })
  })
})

test('what a model of text has nothing of is reset all the same', async () => {
  const { port } = await serveForTest()
  for (const path of ['/reset_mm_cache', '/reset_encoder_cache'])
    expect(await post(port, path)).toMatchObject({ status: 200, body: '' })
})

test('the description of the routes names each of them, and what their bodies are', async () => {
  const { port } = await serveForTest()
  const { openapi, paths } = await get(port, '/openapi.json')
  expect(openapi).toBe('3.1.0')
  for (const [path, methods] of Object.entries<object>(paths))
    for (const method of Object.keys(methods)) {
      // What takes a body says so to a request without one; the others answer.
      const reply = await sendRaw(port, { method: method.toUpperCase() as 'GET' | 'POST', path })
      expect([404, 405]).not.toContain(reply.status)
    }
  const { schema } = paths['/v1/completions'].post.requestBody.content['application/json']
  expect(schema.required).toContain('prompt')
  expect(schema.properties.logprobs).toBeDefined()
})
