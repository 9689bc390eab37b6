import { afterEach, describe, expect, test } from 'vitest'
import { WallClock } from '../clock/wall-clock.ts'
import { sketchedSession } from '../content/sketched-session.fixture.ts'
import { NO_OVERHEAD } from '../content/template-overhead.ts'
import { servers } from '../stand-ins/chat-templates.fixture.ts'
import { eventOf, type StandInOptions, startStandInServer, usageOf } from '../stand-ins/stand-in-server.ts'
import { HttpTarget } from './http-target.ts'
import { LiveReplies } from './live-replies.ts'
import { corpusOfSessions, ListeningObserver, plannedRequest } from './planned-request.fixture.ts'
import { probeEndpoint } from './probe-endpoint.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(() => Promise.all(closing.splice(0).map((close) => close())))

const all = Number.POSITIVE_INFINITY
/** Replies of 30, 70 and 200 tokens where the recording has 1, 2 and 4 blocks, and one that it left out. */
const corpus = corpusOfSessions([
  sketchedSession(
    [
      { keep: 0, add: 9, tail: 20, reply: 30 },
      { keep: all, add: 4, tail: 50, reply: 70 },
      { keep: all, add: 5, tail: 0, reply: 200 },
      { keep: all, add: 8, tail: 33, reply: 10 },
      { keep: 4, add: 3, tail: 33, reply: 10 },
    ],
    { systemTokens: 150 },
  ),
])
const requests = [0, 1, 2, 3, 4].map((turn) => plannedRequest(corpus, { session: 0, turn }))
const never = new AbortController().signal

async function targetOn(options: StandInOptions, assistant: 'canned' | 'live' = 'live') {
  const server = await startStandInServer(options)
  const probed = await probeEndpoint({ url: server.url })
  const target = new HttpTarget({
    ...{ url: server.url, ...probed, clock: new WallClock(), corpus, timeoutMs: 20_000, assistant },
  })
  closing.push(() => target.close().then(() => server.close()))
  const probes = server.calls.length
  return { target, calls: () => server.calls.slice(probes) }
}

describe.each(Object.entries(servers))('%s', (name, server) => {
  test('the words of the server stand in the next prompts, which go on from the one before and are as long as planned', async () => {
    const { target, calls } = await targetOn(server)
    for (const request of requests) await target.send(request, new ListeningObserver(), never)
    const said = calls().map(({ messages }) => messages.filter(({ role }) => role === 'assistant').map(wordsOf))
    expect(said).toEqual([[], [30], [30, 70], [30, 70, 200], [10]])
    for (const [i, { inputTokens }] of calls().entries()) {
      const off = inputTokens - requests[i]!.inputTokens
      // A vocabulary that puts a space of its own before a text reads a reply that begins with one as a token more than was generated.
      if (name.startsWith('spaced')) expect([off, said[i]!.length]).toEqual([said[i]!.length, off])
      else expect(off).toBe(0)
    }
    const [first, second] = calls()
    // All of the prompt before, and not only up to its last block.
    expect(second!.messages.slice(0, 2)).toEqual(first!.messages)
  })
})

function wordsOf({ content }: { readonly content: string }): number {
  expect(content).toMatch(/^( word)+$/)
  return content.split(' word').length - 1
}

test('a reply that did not come, or is not a whole one, is left to words', async () => {
  let asked = 0
  const { target, calls } = await targetOn({
    answer: (call, response) => {
      if (call.outputTokens !== 30 || asked++ > 0) return false
      response.writeHead(500).end()
      return true
    },
  })
  const [first, second, third] = requests
  const failed = await target.send(first!, new ListeningObserver(), never)
  expect(failed.kind).toBe('failed')
  await target.send({ ...second!, outputTokens: 1 }, new ListeningObserver(), never)
  await target.send(third!, new ListeningObserver(), never)
  const said = calls()
    .at(-1)!
    .messages.filter(({ role }) => role === 'assistant')
  expect(said).toHaveLength(2)
  for (const { content } of said) expect(content).not.toMatch(/^( word)+$/)
})

test('a canned run says nothing of what the server said', async () => {
  const { target, calls } = await targetOn({}, 'canned')
  for (const request of requests) await target.send(request, new ListeningObserver(), never)
  expect(JSON.stringify(calls().map(({ messages }) => messages))).not.toContain('word word word')
})

test('thinking is left out, calls are text, and whatever JSON would escape comes back as it was', async () => {
  const said = 'a "quoted"\n\\ line, é, \u{1f600} and <|im_end|>'
  const { target, calls } = await targetOn({
    answer: (call, response) => {
      if (call.outputTokens !== 30) return false
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      const delta = (fields: object, finish: string | null = null) =>
        response.write(eventOf([{ index: 0, delta: fields, finish_reason: finish }]))
      delta({ reasoning_content: said })
      delta({ content: said })
      delta({ tool_calls: [{ index: 0, function: { name: 'read', arguments: '{"path":1}' } }] }, 'length')
      response.end(`${eventOf([], usageOf(call))}data: [DONE]\n\n`)
      return true
    },
  })
  await target.send(requests[0]!, new ListeningObserver(), never)
  expect(target.messagesOf(requests[1]!)[2]?.content).toBe(`${said}read{"path":1}`)
  await target.send(requests[1]!, new ListeningObserver(), never)
  expect(calls().at(-1)!.messages[2]).toEqual({ role: 'assistant', content: `${said}read{"path":1}` })
})

test('without roles the reply stands right behind the prompt that it answers', async () => {
  const { target: chat, calls } = await targetOn({})
  await chat.send(requests[0]!, new ListeningObserver(), never)
  const options = { url: 'http://127.0.0.1:1', model: 'm', words: ['tree', 'house', 'river'], overhead: NO_OVERHEAD }
  const target = new HttpTarget({
    ...{ ...options, api: 'completions', clock: new WallClock(), corpus, timeoutMs: 1_000, assistant: 'live' },
  })
  closing.push(() => target.close())
  const textOf = (request: (typeof requests)[number]) =>
    (JSON.parse(target.bodyOf(request).toString()) as { prompt: string }).prompt
  // The cuts are where roles would be, and nothing is lost by them.
  expect(textOf(requests[0]!).split(' ')).toHaveLength(requests[0]!.inputTokens)
  expect(calls()).toHaveLength(1)
})

describe('what is kept', () => {
  const use = { isKept: true, isLast: false }
  const say = (replies: LiveReplies, request: (typeof requests)[number], text: string, as = use) => {
    const { observer, ended } = replies.listen(request, as, new ListeningObserver())
    observer.text?.({ answer: text, reasoning: '', tool: '' })
    ended({ kind: 'ok', usage: { outputTokens: 5 } })
  }
  const has = (replies: LiveReplies, request: (typeof requests)[number]) =>
    replies.of(request, [
      { role: 'assistant', blockStart: 0, blockCount: 1, tailTokens: 0, reply: { to: 0, behindWhole: true } },
    ])[0]

  test("is let go with the lane's next play, and with the last turn of a session", () => {
    const replies = new LiveReplies()
    const [first] = requests
    say(replies, first!, 'four')
    expect([has(replies, first!)?.tokens, replies.bytes]).toEqual([5, 4])
    say(replies, { ...first!, play: first!.play + 1 }, 'seventh')
    expect([has(replies, first!), replies.bytes]).toEqual([undefined, 7])
    say(replies, first!, 'a straggler')
    expect(replies.bytes).toBe(7)
    say(replies, { ...first!, play: first!.play + 1 }, '', { isKept: false, isLast: true })
    expect(replies.bytes).toBe(0)
  })

  test('is bounded: the lane that was heard of longest ago goes first', () => {
    const replies = new LiveReplies({ mostBytes: 10 })
    const lane = (lane: number) => ({ ...requests[0]!, lane })
    for (const each of [0, 1, 2]) say(replies, lane(each), 'four')
    expect([0, 1, 2].map((each) => has(replies, lane(each)) !== undefined)).toEqual([false, true, true])
    expect(replies.bytes).toBe(8)
    say(replies, lane(1), 'x'.repeat(1024 * 1024 + 1))
    expect(has(replies, lane(1))?.escaped).toBe('four')
  })
})
