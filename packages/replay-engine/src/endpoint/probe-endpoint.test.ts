import type { ServerResponse } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import { NO_OVERHEAD } from '../content/template-overhead.ts'
import { servers } from '../stand-ins/chat-templates.fixture.ts'
import { eventOf, type StandInOptions, startStandInServer } from '../stand-ins/stand-in-server.ts'
import { EndpointError } from './endpoint-error.ts'
import { parseEndpointUrl } from './endpoint-url.ts'
import { answering, delta, done } from './http-target.fixture.ts'
import { probeEndpoint } from './probe-endpoint.ts'

const tokens = { prompt_tokens: 5, completion_tokens: 1, total_tokens: 6 }
const message = { index: 0, message: { role: 'assistant', content: 'a' }, finish_reason: 'length' }
const closing: (() => Promise<unknown>)[] = []
afterEach(() => Promise.all(closing.splice(0).map((close) => close())))

/** A special token, role, line end; a special token, line end; and behind the last also the opening of the reply. */
const marked = {
  beforeUser: 3,
  beforeSystem: 3,
  systemToUser: 5,
  userToAssistant: 5,
  assistantToUser: 5,
  behindLast: 5,
}

describe('probeEndpoint', () => {
  test('a server that adds nothing', async () => {
    const { probed, server } = await probe({ maxModelTokens: 4096 })
    expect(probed).toMatchObject({
      model: 'stand-in',
      maxModelTokens: 4096,
      overhead: NO_OVERHEAD,
      systemRole: true,
      leaveOut: [],
      countedBy: 'tokenize',
      notes: [],
    })
    expect(probed.words.length).toBeGreaterThan(2_048)
    expect(server.calls).toHaveLength(1)
  })

  test.each([0, -1, 4096.5, '4096', 'unlimited'])(
    'a context of %j is not known, and the server is still taken',
    async (max_model_len) => {
      const models = { 'GET /v1/models': { data: [{ id: 'stand-in', max_model_len }] } }
      const { probed } = await probe({ routes: models })
      expect([probed.model, probed.maxModelTokens]).toEqual(['stand-in', undefined])
    },
  )

  test('what serves it: asked in more than one way, since more than one engine has /version', async () => {
    const version = { 'GET /version': { version: '1.2.0' } }
    const engineOf = async (options: StandInOptions) => (await probe(options)).probed.engine
    expect(await engineOf({ routes: version })).toEqual({ isModel: false, signs: [] })
    expect(await engineOf({ routes: version, ownedBy: 'tensorrt_llm' })).toEqual({
      name: 'tensorrt-llm',
      version: '1.2.0',
      isModel: false,
      signs: ['owned_by tensorrt_llm'],
    })
    const sglang = { 'GET /get_server_info': { version: '0.5.9', internal_states: [] } }
    expect(await engineOf({ routes: sglang })).toMatchObject({ name: 'sglang', version: '0.5.9' })
    expect(await engineOf({ routes: { 'GET /metrics': 'vllm:num_requests_running 0\n', ...version } })).toMatchObject({
      name: 'vllm',
      version: '1.2.0',
    })
  })

  test('what a template adds', async () => {
    const { probed } = await probe(servers['o200k, marked turns']!)
    expect(probed).toMatchObject({ notes: [], overhead: marked })
  })

  test('a template without special tokens', async () => {
    const { probed } = await probe(servers['r50k, turns in plain text']!)
    expect(probed.notes).toEqual([])
    expect(Math.min(...Object.values(probed.overhead))).toBeGreaterThanOrEqual(3)
  })

  test('a system prompt that the template adds of itself is in the base', async () => {
    const { probed } = await probe(servers['cl100k, headed turns, default system prompt']!)
    expect(probed.overhead.beforeUser).toBeGreaterThan(probed.overhead.beforeSystem)
    expect(probed.notes).toEqual([])
  })

  test('words that are not one token are left out, and at the head of a message those that are none without a space', async () => {
    const two = (word: string) => word.includes('this') || word.startsWith('\nhave')
    const countTokens = (text: string) =>
      (text.match(/\s?\S+/g) ?? []).reduce((sum, word) => sum + (two(word) ? 2 : 1), 0)
    const { probed } = await probe({ countTokens })
    expect(probed.words).toContain('that')
    expect(probed.words).not.toContain('this')
    expect(probed.words).toContain('have')
    expect(probed.headWords).not.toContain('have')
    expect(probed.words.length).toBeGreaterThan(2_048)
  })

  test('a vocabulary without our words is said and not fatal', async () => {
    const { probed } = await probe({ countTokens: (text) => text.length })
    expect(probed.notes[0]).toMatch(/^Only 0 of \d+ words are one token/)
  })

  test('without /tokenize, usage of one-token requests counts', async () => {
    const { probed, server } = await probe({ ...servers['o200k, marked turns']!, tokenize: false })
    expect(probed).toMatchObject({
      countedBy: 'usage',
      overhead: marked,
    })
    expect(probed.notes).toEqual([
      expect.stringContaining('no /tokenize'),
      expect.stringContaining('share a block less'),
    ])
    expect(server.calls.every(({ outputTokens }) => outputTokens === 1)).toBe(true)
  })

  test('a server that reports nothing is used, and the notes say what is not known', async () => {
    const { probed } = await probe({
      tokenize: false,
      ...answering(200, delta({ content: 'a' }, 'length') + done, 'text/event-stream'),
    })
    expect(probed.countedBy).toBe('nothing')
    expect(probed.notes).toHaveLength(3)
  })

  test('a token that nobody shows or counts is no reason to stop, but is said', async () => {
    const { probed } = await probe(answering(200, done, 'text/event-stream'))
    expect(probed.notes[0]).toContain('held none')
  })

  test.each([
    [
      'events under the name of JSON',
      delta({ content: 'a' }, 'length') + eventOf([], tokens) + done,
      'application/json',
    ],
    ['JSON under the name of events', JSON.stringify({ choices: [message], usage: tokens }), 'text/event-stream'],
  ])('%s', async (_, body, type) => {
    const { probed } = await probe({ tokenize: false, ...answering(200, body, type) })
    expect(probed.countedBy).toBe('usage')
  })

  test.each<[string, (response: ServerResponse) => void]>([
    ['stays open', () => {}],
    ['is reset', (response) => response.socket?.resetAndDestroy()],
  ])('a stream that says [DONE] is whole, even if its connection %s then', async (_, then) => {
    const { probed } = await probe({
      answer: (_, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        response.write(delta({ content: 'a' }, 'length') + eventOf([], tokens) + done, () => then(response))
        return true
      },
    })
    expect(probed.countedBy).toBe('tokenize')
    expect(probed.notes).toEqual([])
  })

  test('a server that answers as another model is used, and that is said', async () => {
    const { probed } = await probe(answering(200, JSON.stringify({ model: 'tiny', choices: [message], usage: tokens })))
    expect(probed.notes[0]).toBe(
      'The server answers as the model tiny where stand-in was asked for: see that it is the one to be measured.',
    )
  })

  test('fields that the server refuses are left out, one after the other', async () => {
    const { probed } = await probe({ refuses: ['ignore_eos', 'min_tokens'] })
    expect(new Set(probed.leaveOut)).toEqual(new Set(['ignore_eos', 'min_tokens']))
    expect(probed.notes).toHaveLength(2)
  })

  test('a template that takes no system message', async () => {
    const template: StandInOptions['template'] = (messages) => {
      if (messages.some(({ role }) => role === 'system')) throw new Error('system role not supported')
      return messages.map(({ content }) => `${content}\n`)
    }
    const { probed } = await probe({ template })
    expect(probed.systemRole).toBe(false)
    expect(probed.notes).toEqual([expect.stringContaining('no system message')])
  })

  test('a template that does not add up is said', async () => {
    const template: StandInOptions['template'] = (messages) => [
      ...messages.map(({ content }) => ` ${content}`),
      ' x'.repeat(messages.length ** 2),
    ]
    const { probed } = await probe({ template })
    expect(probed.notes[0]).toContain('does not add up')
  })
})

describe('probeEndpoint: what the operator can act on', () => {
  test('nobody listens', async () => {
    const server = await startStandInServer()
    await server.close()
    await expect(probeEndpoint({ url: server.url })).rejects.toThrow(
      /^http:\/\/127\.0\.0\.1:\d+: GET \/v1\/models: no answer \(.*ECONNREFUSED.*\)\. Start the server/,
    )
  })

  test('a model that the server does not have', async () => {
    const wrong = probe({ model: 'tiny' }, 'huge\u001b[2J')
    await expect(wrong).rejects.toThrow(/does not know the model huge \[2J\. Name one that it has: tiny$/)
    await expect(probe({ model: 'tiny' }, 'huge')).rejects.toBeInstanceOf(EndpointError)
  })

  test('not an OpenAI-compatible server', async () => {
    const { server } = await probe({})
    await expect(probeEndpoint({ url: `${server.url}/elsewhere` })).rejects.toThrow(
      /status 404, Not Found\. Give the address of/,
    )
  })

  test.each<[string, number, Record<string, string>, RegExp]>([
    ['a redirect', 307, { location: 'https://gateway/v2' }, /status 307, .*it points to https:\/\/gateway\/v2/],
    ['a packed reply', 200, { 'content-encoding': 'gzip' }, /status 200, a content coding .* not asked for: gzip/],
  ])('%s is told as in a run', async (_, status, headers, told) => {
    const options: StandInOptions = {
      answer: (_, response) => {
        response.writeHead(status, headers).end()
        return true
      },
    }
    await expect(probe(options)).rejects.toThrow(told)
  })

  test('a server that cannot generate', async () => {
    const options: StandInOptions = {
      answer: (_, response) => {
        response.writeHead(503).end('loading')
        return true
      },
    }
    await expect(probe(options)).rejects.toThrow(
      /POST \/v1\/chat\/completions: status 503, loading\. The server is not well/,
    )
  })

  test.each([
    [
      'an error in a stream',
      'data: {"error":{"message":"it died"}}\n\n',
      /status 200, it died\. The server is not well/,
    ],
    ['an error in one piece', '{"error":"it died"}', /status 200, it died\. The server is not well/],
    ['a page', '<html>welcome</html>', /status 200, what came is neither .*: <html>welcome<\/html>\. Give the address/],
    [
      'JSON that is no reply',
      '{"hello":1}',
      /status 200, the reply is not a chat completion: {"hello":1}\. Give the address/,
    ],
    ['a stream that just ends', delta({ content: 'a' }), /status 200, the stream ended without a finish reason/],
  ])('what would fail in a run: %s', async (_, body, message) => {
    await expect(probe(answering(200, body, 'text/event-stream'))).rejects.toThrow(message)
    await expect(probe(answering(200, body, 'application/json'))).rejects.toThrow(message)
  })

  test.each(['', 'localhost:8000', 'ftp://x', 'not a url'])('%j is no address', (url) => {
    expect(() => parseEndpointUrl(url)).toThrow(EndpointError)
  })

  test.each([
    ['http://h:1', '/v1'],
    ['http://h:1/', '/v1'],
    ['http://h:1/v1', '/v1'],
    ['http://h:1/v1/', '/v1'],
    ['http://h:1/a/b', '/a/b/v1'],
    ['https://h/a/v1/chat/completions', '/a/v1'],
  ])('%s has its routes under %s', (url, api) => {
    expect(parseEndpointUrl(url).api).toBe(api)
  })
})

async function probe(options: StandInOptions, model?: string) {
  const server = await startStandInServer(options)
  closing.push(() => server.close())
  return {
    server,
    probed: await probeEndpoint({ url: server.url, timeoutMs: 4_000, ...(model !== undefined && { model }) }),
  }
}
