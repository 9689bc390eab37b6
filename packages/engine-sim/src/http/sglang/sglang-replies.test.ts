import { describe, expect, test } from 'vitest'
import { eventsOf, sendRaw } from '../raw-reply.fixture.ts'
import { serveSglangForTest } from './serve-sglang.fixture.ts'

// The lines that SGLang 0.5.23's own classes of replies write (`sse_utils.py`, `protocol.py` of `entrypoints/openai`), with a name, a date and words put in their places.

const usage = (cached: string, details = ',"completion_tokens_details":null') =>
  `{"prompt_tokens":130,"total_tokens":TOTAL,"completion_tokens":MADE,"prompt_tokens_details":${cached},"reasoning_tokens":0${details}}`
const found = '{"cached_tokens":128}'
const counted = (line: string, made: number) => line.replace('TOTAL', String(130 + made)).replace('MADE', String(made))

const chatChunk = (choice: string, rest = '') =>
  `{"id":"ID","object":"chat.completion.chunk","created":1,"model":"other","choices":[${choice}]${rest}}`
const chatChoice = (delta: string, reason = 'null', matched = 'null') =>
  `{"index":0,"delta":{"reasoning_content":null${delta}},"logprobs":null,"finish_reason":${reason},"matched_stop":${matched}}`
const textChunk = (choice: string, rest: string) =>
  `{"id":"ID","object":"text_completion","created":1,"model":"other","choices":[${choice}]${rest}}`
const textChoice = (reason = 'null', ids = '') =>
  `{"index":0,"text":" WORD","logprobs":null,"finish_reason":${reason},"matched_stop":null${ids}}`

const prompt = Array.from({ length: 130 }, (_, index) => `word${index}`).join(' ')
const messages = [{ role: 'user', content: prompt }]
const common = { model: 'other', max_tokens: 2, ignore_eos: true, temperature: 0, rid: 'ID' }
const everyChunk = { stream: true, stream_options: { include_usage: true, continuous_usage_stats: true } }

/** The reply to the second of two equal requests, whose prompt is in the cache but for its end; lines of a stream, or the whole. */
async function linesOf(path: string, body: object): Promise<string[]> {
  const { port } = await serveSglangForTest()
  await sendRaw(port, { method: 'POST', path, body })
  const { body: text } = await sendRaw(port, { method: 'POST', path, body })
  const lines = text.startsWith('data: ') ? text.split('\n\n').filter((line) => line !== '') : [text]
  return lines.map((line) => generic(line.replace(/^data: /, '')))
}

function generic(line: string): string {
  return line
    .replace(/"created":\d+/, '"created":1')
    .replace(/(?<="(?:text|content)":" )[^"]+/, (words) => words.replace(/\w+/g, 'WORD'))
}

describe('chat', () => {
  test('a stream: role, texts with usage so far, the end alone, all usage', async () => {
    expect(await linesOf('/v1/chat/completions', { ...common, messages, ...everyChunk })).toEqual([
      chatChunk(chatChoice(',"role":"assistant","content":""')),
      counted(chatChunk(chatChoice(',"content":" WORD"'), `,"usage":${usage(found)}`), 1),
      counted(chatChunk(chatChoice(',"content":" WORD"'), `,"usage":${usage(found)}`), 2),
      chatChunk(chatChoice('', '"length"')),
      counted(chatChunk('', `,"usage":${usage(found)}`), 2),
      '[DONE]',
    ])
  })

  test('a stream that was asked for no usage has none', async () => {
    const lines = await linesOf('/v1/chat/completions', { ...common, messages, stream: true })
    expect(lines.filter((line) => line.includes('usage'))).toEqual([])
    expect(lines).toHaveLength(5)
  })

  test('usage so far needs no usage at the end', async () => {
    const stream_options = { continuous_usage_stats: true }
    const lines = await linesOf('/v1/chat/completions', { ...common, messages, stream: true, stream_options })
    expect(lines.filter((line) => line.includes('usage'))).toHaveLength(2)
    expect(lines.at(-2)).toBe(chatChunk(chatChoice('', '"length"')))
  })

  test('the end of a sequence is a token without text, and is named', async () => {
    const { port } = await serveSglangForTest()
    const body = { messages, temperature: 0, stream: true }
    const events = eventsOf((await sendRaw(port, { method: 'POST', path: '/v1/chat/completions', body })).body)
    const [end, done] = events.slice(-2) as [{ choices: object[] }, string]
    expect(end.choices).toEqual([
      { index: 0, delta: { reasoning_content: null }, logprobs: null, finish_reason: 'stop', matched_stop: 6400 },
    ])
    expect(done).toBe('[DONE]')
  })

  test('a whole reply, with ids where they are asked for', async () => {
    const [whole] = await linesOf('/v1/chat/completions', { ...common, messages })
    expect(whole).toBe(
      counted(
        '{"id":"ID","object":"chat.completion","created":1,"model":"other","choices":[{"index":0,"message":{"role":"assistant",' +
          '"content":" WORD WORD","reasoning_content":null},"logprobs":null,"finish_reason":"length","matched_stop":null}],' +
          `"usage":${usage(found)},"metadata":{"weight_version":"default"}}`,
        2,
      ),
    )
    const [withIds] = await linesOf('/v1/chat/completions', { ...common, messages, return_token_ids: true })
    expect(JSON.parse(withIds!).choices[0]).toMatchObject({
      prompt_token_ids: expect.objectContaining({ length: 130 }),
      response_token_ids: [expect.any(Number), expect.any(Number)],
    })
  })
})

describe('return_cached_tokens_details', () => {
  const sglext = '"sglext":{"cached_tokens_details":{"device":128,"host":0}}'
  const asked = { ...common, return_cached_tokens_details: true }
  const stream = { stream: true, stream_options: { include_usage: true } }

  test('is a chunk of its own before the usage, with usage or without', async () => {
    const chat = await linesOf('/v1/chat/completions', { ...asked, messages, ...stream })
    expect(chat.at(-3)).toBe(chatChunk('', `,"usage":null,${sglext}`))
    expect(chat.at(-2)).toContain('"usage":{')
    const text = await linesOf('/v1/completions', { ...asked, prompt, stream: true })
    expect(text.at(-2)).toBe(textChunk('', `,"usage":null,${sglext}`))
  })

  test('ends a whole reply', async () => {
    const ending = `"metadata":{"weight_version":"default"},${sglext}}`
    for (const [path, body] of [
      ['/v1/chat/completions', { messages }] as const,
      ['/v1/completions', { prompt }] as const,
    ]) {
      const [whole] = await linesOf(path, { ...asked, ...body })
      expect(whole!.endsWith(ending), whole).toBe(true)
    }
  })

  test('says nothing where nothing was found', async () => {
    const { port } = await serveSglangForTest()
    const body = { ...asked, messages, stream: true }
    const { body: text } = await sendRaw(port, { method: 'POST', path: '/v1/chat/completions', body })
    expect(text).not.toContain('sglext')
  })
})

describe('completions', () => {
  test('a stream: usage so far does not tell of the cache, usage at the end leaves out what is null', async () => {
    expect(await linesOf('/v1/completions', { ...common, prompt, ...everyChunk })).toEqual([
      counted(textChunk(textChoice(), `,"usage":${usage('null')}`), 1),
      counted(textChunk(textChoice('"length"'), `,"usage":${usage('null')}`), 2),
      counted(textChunk('', `,"usage":${usage(found, '')}`), 2),
      '[DONE]',
    ])
  })

  test('a stream with ids: those of the prompt with the first chunk', async () => {
    const body = { ...common, prompt: [7, 8], max_tokens: 2, stream: true, return_token_ids: true }
    const lines = (await linesOf('/v1/completions', body)).map((line) =>
      line.replace(/"token_ids":\[\d+\]/, '"token_ids":[1]'),
    )
    expect(lines).toEqual([
      textChunk(textChoice('null', ',"token_ids":[1],"prompt_token_ids":[7,8]'), ',"usage":null'),
      textChunk(textChoice('"length"', ',"token_ids":[1]'), ',"usage":null'),
      '[DONE]',
    ])
  })

  test('a whole reply', async () => {
    const [whole] = await linesOf('/v1/completions', { ...common, prompt })
    expect(whole).toBe(
      counted(
        textChunk(
          textChoice('"length"').replace('" WORD"', '" WORD WORD"'),
          `,"usage":${usage(found)},"metadata":{"weight_version":"default"}`,
        ),
        2,
      ),
    )
  })
})

describe('generate', () => {
  const sampling_params = { max_new_tokens: 2, ignore_eos: true, temperature: 0 }
  const soFar = (made: number, finish: object | null) => ({
    text: expect.stringMatching(new RegExp(`^( \\w+){${made}}$`)),
    output_ids: expect.objectContaining({ length: made }),
    meta_info: {
      ...{ id: 'ID', finish_reason: finish, prompt_tokens: 130, weight_version: 'default', reasoning_tokens: 0 },
      ...{ completion_tokens: made, cached_tokens: 128 },
      ...(finish && {
        ...{ num_retractions: 0, cached_tokens_details: { device: 128, host: 0 } },
        e2e_latency: expect.any(Number),
      }),
    },
  })

  test('each event of a stream holds all of the reply so far', async () => {
    const lines = await linesOf('/generate', { text: prompt, rid: 'ID', sampling_params, stream: true })
    expect(lines.pop()).toBe('[DONE]')
    const length = { type: 'length', length: 2 }
    expect(lines.map((line) => JSON.parse(line))).toEqual([soFar(1, null), soFar(2, length)])
  })

  test('a whole reply, by PUT too, and a stop that is named', async () => {
    const { port } = await serveSglangForTest()
    const ask = async (method: 'POST' | 'PUT', body: object) => {
      const init = { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
      return (await fetch(`http://127.0.0.1:${port}/generate`, init)).json() as Promise<{
        text: string
        output_ids: number[]
        meta_info: object
      }>
    }
    const input_ids = Array.from({ length: 130 }, (_, index) => index)
    const first = await ask('PUT', { input_ids, sampling_params, rid: 'ID' })
    expect(first.meta_info).toMatchObject({ cached_tokens: 0, cached_tokens_details: null })
    const whole = await ask('POST', { input_ids, sampling_params, rid: 'ID', return_prompt_token_ids: true })
    expect(whole).toEqual({ ...soFar(2, { type: 'length', length: 2 }), prompt_token_ids: input_ids })
    const stopped = { ...sampling_params, stop_token_ids: [whole.output_ids[1]] }
    expect((await ask('POST', { input_ids, sampling_params: stopped })).meta_info).toMatchObject({
      finish_reason: { type: 'stop', matched: whole.output_ids[1] },
    })
  })

  test('of 128 tokens where nobody says otherwise', async () => {
    const { port } = await serveSglangForTest()
    const body = { text: 'a', sampling_params: { ignore_eos: true } }
    const reply = await sendRaw(port, { method: 'POST', path: '/generate', body })
    expect(JSON.parse(reply.body).meta_info.completion_tokens).toBe(128)
  })
})
