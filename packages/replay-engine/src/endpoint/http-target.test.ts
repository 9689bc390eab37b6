import { afterEach, describe, expect, test } from 'vitest'
import { sketchedSession } from '../content/sketched-session.fixture.ts'
import { targetContract } from '../port/target.contract.ts'
import { eventOf, usageOf } from '../stand-ins/stand-in-server.ts'
import { answering, closeAll, corpus, delta, done, sendTurn, speaking, targetFor } from './http-target.fixture.ts'
import type { HttpTarget } from './http-target.ts'
import { corpusOfSessions, ListeningObserver, plannedRequest } from './planned-request.fixture.ts'

afterEach(closeAll)

targetContract('HTTP endpoint', async () => {
  const { target, clock } = await targetFor({ tokenMs: 1 })
  return { clock, target, drive: (main) => main() }
})

describe('HttpTarget', () => {
  test('asks for a stream of exactly the planned length', async () => {
    const { target, server } = await targetFor({}, { temperature: 0.5, usagePerChunk: true })
    await sendTurn(target)
    const { messages, ...body } = server.calls[0]!.body
    expect(messages).toHaveLength(1)
    expect(body).toEqual({
      model: 'stand-in',
      stream: true,
      stream_options: { include_usage: true, continuous_usage_stats: true },
      temperature: 0.5,
      max_tokens: 4,
      min_tokens: 4,
      ignore_eos: true,
    })
  })

  test.each([
    ['chunks alike, of which the later are recognised', [' word', ' a', ' longer'], 14],
    ['chunks that have to be read', ['é', '"', '\n', '漢字'], 2 + 1 + 1 + 6],
  ])('counts the bytes of the text: %s', async (_, texts, bytes) => {
    const events = texts.map((content, i) => delta({ content }, i === texts.length - 1 ? 'length' : null))
    const { target } = await targetFor(speaking(...events, done))
    expect((await sendTurn(target)).observer.bytes).toBe(bytes)
  })

  test('counts the bytes of a reply in one piece, reasoning and tool calls included', async () => {
    const message = { content: 'ab', reasoning: 'cde', tool_calls: [{ function: { name: 'f', arguments: '{}' } }] }
    const body = JSON.stringify({ choices: [{ index: 0, message, finish_reason: 'length' }] })
    const { target } = await targetFor(answering(200, body, 'application/json'))
    expect((await sendTurn(target)).observer.bytes).toBe(2 + 3 + 3)
  })

  test('by other routes: one text without roles, or an input; the same words', async () => {
    const { target: chat } = await targetFor({})
    const { target: completions } = await targetFor({}, { api: 'completions', usagePerChunk: true })
    const { target: responses } = await targetFor({}, { api: 'responses' })
    const bodyBy = (target: HttpTarget) =>
      JSON.parse(target.bodyOf(plannedRequest(corpus, { turn: 0 })).toString()) as Record<string, unknown>
    const { messages } = bodyBy(chat)
    const { prompt, ...asked } = bodyBy(completions)
    expect(prompt).toBe((messages as { content: string }[]).map(({ content }) => content).join(' '))
    expect(asked).toEqual({
      model: 'stand-in',
      stream: true,
      stream_options: { include_usage: true, continuous_usage_stats: true },
      max_tokens: 4,
      min_tokens: 4,
      ignore_eos: true,
    })
    expect(bodyBy(responses)).toEqual({
      store: false,
      model: 'stand-in',
      stream: true,
      max_output_tokens: 4,
      min_tokens: 4,
      ignore_eos: true,
      input: messages,
    })
  })

  test('leaves out what the server refuses, and a model name may be anything', async () => {
    const model = 'modèle "x"'
    const { target, server } = await targetFor({ model }, { model, leaveOut: ['min_tokens', 'ignore_eos'] })
    expect((await sendTurn(target)).outcome.kind).toBe('ok')
    expect(Object.keys(server.calls[0]!.body).sort()).toEqual([
      'max_tokens',
      'messages',
      'model',
      'stream',
      'stream_options',
    ])
  })

  test('a template without a system message: its words go to the user', async () => {
    const withSystem = corpusOfSessions([
      sketchedSession([{ keep: 0, add: 4, tail: 5, reply: 4 }], { systemTokens: 100 }),
    ])
    const sent = async (systemRole: boolean) => {
      const { target, server } = await targetFor({}, { corpus: withSystem, systemRole })
      await target.send(plannedRequest(withSystem, { turn: 0 }), new ListeningObserver(), new AbortController().signal)
      return server.calls[0]!.messages
    }
    const [system, user] = await sent(true)
    expect([system!.role, user!.role]).toEqual(['system', 'user'])
    expect(await sent(false)).toEqual([{ role: 'user', content: `${system!.content} ${user!.content}` }])
  })

  test('requests one after the other share a connection', async () => {
    const { target, server } = await targetFor({})
    for (const turn of [0, 1, 0, 1]) expect((await sendTurn(target, turn)).outcome.kind).toBe('ok')
    expect(server.connections()).toBe(1)
  })

  test('requests at once have a connection each', async () => {
    const { target, server } = await targetFor({ firstTokenMs: () => 20 })
    await Promise.all(Array.from({ length: 30 }, () => sendTurn(target)))
    expect(server.connections()).toBe(30)
  })

  test('the first token is the first payload of any kind', async () => {
    const { target } = await targetFor(
      speaking(
        delta({ role: 'assistant', content: '' }),
        delta({ reasoning: 'so' }),
        delta({ tool_calls: [{ index: 0, function: { name: 'f', arguments: '' } }] }),
        delta({ content: 'yes' }, 'stop'),
        eventOf([], {
          ...usageOf({ inputTokens: 100, outputTokens: 9 }),
          prompt_tokens_details: { cached_tokens: 64 },
        }),
        done,
      ),
    )
    const { observer, outcome } = await sendTurn(target)
    expect(observer.heard).toEqual(['sent', 'headers', 'reasoning', 'tool', 'answer'])
    const usage = { inputTokens: 100, outputTokens: 9, cachedTokens: 64 }
    expect(outcome).toEqual({ kind: 'ok', finishReason: 'stop', usage })
  })

  test('usage on every chunk tells the tokens of each', async () => {
    const usage = (completion_tokens: number) => ({ prompt_tokens: 100, completion_tokens })
    const { target } = await targetFor(
      speaking(
        eventOf([{ index: 0, delta: { content: 'a b' } }], usage(2)),
        eventOf([{ index: 0, delta: { content: ' c' }, finish_reason: 'length' }], usage(3)),
        done,
      ),
    )
    expect((await sendTurn(target)).observer.chunks.map(({ tokens }) => tokens)).toEqual([2, 1])
  })

  test('a server that does not stream: one chunk with the end', async () => {
    const choices = [{ index: 0, message: { role: 'assistant', content: 'all of it' }, finish_reason: 'length' }]
    const { target } = await targetFor({
      answer: (call, response) => {
        response.setHeader('content-type', 'application/json').end(JSON.stringify({ choices, usage: usageOf(call) }))
        return true
      },
    })
    const { observer, outcome } = await sendTurn(target)
    expect(observer.chunks).toMatchObject([{ kind: 'answer', tokens: 4 }])
    expect(outcome).toEqual({ kind: 'ok', finishReason: 'length', usage: { inputTokens: 100, outputTokens: 4 } })
  })

  test('a request that is not of the corpus is a bug and no failure', async () => {
    const { target } = await targetFor({})
    const request = plannedRequest(corpus, { turn: 0 })
    const blocks = Uint32Array.of(1, 2, 3)
    expect(() => target.messagesOf({ ...request, prompt: { ...request.prompt, blocks } })).toThrow(RangeError)
    expect(() => target.messagesOf({ ...request, sessionIndex: 7 })).toThrow(RangeError)
  })
})
