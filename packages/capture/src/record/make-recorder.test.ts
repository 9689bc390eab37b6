import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import type { ExchangeReply, ExchangeRequest } from '../exchange.ts'
import type { RecorderOptions } from '../recorder.ts'
import { makeRecorder } from './make-recorder.ts'

const options: RecorderOptions = {
  ...{ originUnixMs: 1_000_000, upstream: 'http://127.0.0.1:1', blockSize: 2, hashScope: 'global', payloads: false },
}

interface Seen {
  body: unknown
  form?: ExchangeRequest['form']
  headers?: Record<string, string>
  reply?: Partial<ExchangeReply>
}

/** The rows of exchanges, each 100 ms after the one before, answered within 40. */
async function rowsOf(seen: readonly Seen[], more: Partial<RecorderOptions> = {}) {
  const lines: string[] = []
  const recorder = makeRecorder({ ...options, ...more }, { write: (line) => lines.push(line) })
  for (const [index, { body, form = 'chat', headers = {}, reply }] of seen.entries()) {
    const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
    const receivedMs = 100 * index
    recorder.begin({ id: `r${index}`, form, identity: new Map(Object.entries(headers)), receivedMs, body: bytes })
    recorder.end(`r${index}`, {
      ...{ status: 200, doneMs: receivedMs + 40, toolCalls: [], chunks: 1, end: 'complete' },
      ...{ text: { answer: '', reasoning: '', tool: '' }, ...reply },
    })
  }
  await recorder.close()
  // A hash has more digits than a number of JavaScript.
  const rows = lines.map((line) => JSON.parse(line.replace(/([[,])(\d+)(?=[,\]])/g, '$1"$2"')))
  return { rows, lines, totals: recorder.totals(), replay: rows.flatMap(({ request }) => request?.replay ?? []) }
}

const tokens = (...prompt: number[]): Seen => ({ form: 'completions', body: { model: 'm', prompt } })

test("hashes of a prompt's tokens are Dynamo's, and a turn that goes on is hashed as if it stood alone", async () => {
  const { replay } = await rowsOf([tokens(1, 2, 3, 4, 5), tokens(1, 2, 3, 4)])
  expect(replay).toEqual([
    {
      ...{ trace_block_size: 2, input_length: 5 },
      input_sequence_hashes: ['10773075109927122010', '5890102321129957602', '2656991839890933969'],
    },
    { trace_block_size: 2, input_length: 4, input_sequence_hashes: ['10773075109927122010', '5890102321129957602'] },
  ])
})

const turn1 = { model: 'm', messages: [{ role: 'user', content: 'aaaabbbbcccc' }] }
const turn2 = {
  model: 'm',
  messages: [...turn1.messages, { role: 'assistant', content: 'ddddeeee' }, { role: 'user', content: 'ffff' }],
}
const answered = { text: { answer: 'ddddeeee', reasoning: '', tool: '' } }

test('a next turn has the blocks of its session and of the reply in it', async () => {
  const { replay } = await rowsOf([{ body: turn1, reply: answered }, { body: turn2 }])
  expect(replay.map(({ input_length: length }) => length)).toEqual([3, 6])
  const [first, second] = replay
  expect(first.completion_sequence_hashes).toHaveLength(3)
  expect(second.input_sequence_hashes.slice(0, 2)).toEqual(first.completion_sequence_hashes.slice(0, 2))
  expect(second.input_sequence_hashes[0]).toBe(first.input_sequence_hashes[0])
})

test('a prompt is as long as the upstream counts it, and equal beginnings stay equal', async () => {
  const usage = (inputTokens: number) => ({ reply: { usage: { inputTokens, outputTokens: 7, cachedTokens: 2 } } })
  const { replay, rows, totals } = await rowsOf([
    { body: turn1, ...usage(20) },
    { body: turn2, ...usage(31) },
  ])
  expect(replay.map(({ input_length, input_sequence_hashes: hashes }) => [input_length, hashes.length])).toEqual([
    [20, 10],
    [31, 16],
  ])
  expect(replay[1].input_sequence_hashes.slice(0, 10)).toEqual(replay[0].input_sequence_hashes)
  expect(rows[0].request).toMatchObject({ input_tokens: 20, output_tokens: 7, cached_tokens: 2 })
  expect(totals).toMatchObject({ requests: 2, sessions: 1, inputTokens: 51, outputTokens: 14 })
})

test('times, ends, names of tools and who says so are told; text is not', async () => {
  const body = { model: 'm', messages: [{ role: 'user', content: 'canary in a prompt' }] }
  const { rows, lines } = await rowsOf([
    {
      body,
      headers: {
        'x-session-id': 's',
        'x-parent-session-id': 'p',
        'x-request-id': 'mine',
        'x-dynamo-session-final': 'true',
      },
      reply: {
        ...{ firstTokenMs: 10.5, lastTokenMs: 30.5, finishReason: 'tool_calls', end: 'client-gone' },
        usage: { inputTokens: 5, outputTokens: 5 },
        toolCalls: [{ choice: 0, index: 0, id: 'c1', name: 'ls' }],
        text: { answer: 'canary of a reply', reasoning: 'canary', tool: 'ls{"path":"canary"}' },
      },
    },
  ])
  expect(rows).toMatchObject([
    {
      ...{ schema: 'dynamo.request.trace.v1', event_type: 'request_end', event_time_unix_ms: 1_000_040 },
      agent_context: { session_id: 's', parent_session_id: 'p', session_final: true },
      capture: { identity: 'headers', tokens: 'approximation (four bytes of UTF-8 a token)', end: 'client-gone' },
      request: {
        ...{ request_id: 'r0', x_request_id: 'mine', model: 'm', request_received_ms: 1_000_000, total_time_ms: 40 },
        ...{ ttft_ms: 10.5, avg_itl_ms: 5 },
        finish_reason_metadata: {
          finish_reason: 'tool_calls',
          tool_calls: [{ choice_index: 0, tool_call_index: 0, id: 'c1', name: 'ls' }],
        },
      },
    },
  ])
  expect(lines.join('')).not.toContain('canary')
})

test('a tool between two turns is told as inferred, and a subagent by the call that started it', async () => {
  const task = 'Count all files of the folder.'
  const call = { id: 'c1', type: 'function', function: { name: 'task', arguments: JSON.stringify({ task }) } }
  const { rows } = await rowsOf([
    {
      body: turn1,
      reply: {
        toolCalls: [{ choice: 0, index: 0, id: 'c1', name: 'task' }],
        text: { answer: '', reasoning: '', tool: `task${call.function.arguments}` },
      },
    },
    { body: { model: 'm', messages: [{ role: 'user', content: task }] } },
    {
      body: {
        ...turn1,
        messages: [
          ...turn1.messages,
          { role: 'assistant', content: null, tool_calls: [call] },
          { role: 'tool', tool_call_id: 'c1', content: '12' },
        ],
      },
    },
  ])
  const [root, child] = [rows[0], rows[1]].map(({ agent_context: context }) => context.session_id)
  expect(rows[1]).toMatchObject({ agent_context: { parent_session_id: root }, capture: { identity: 'prompts' } })
  expect(rows[2]).toMatchObject({
    ...{ event_type: 'tool_end', agent_context: { session_id: root }, capture: { tool: 'inferred' } },
    tool: {
      ...{ tool_call_id: 'c1', tool_class: 'task', started_at_unix_ms: 1_000_040, ended_at_unix_ms: 1_000_200 },
      claude: {
        source_request_id: 'r0',
        consumer_request_id: 'r2',
        child_session_id: child,
        execution_mode: 'blocking',
      },
    },
  })
})

test('what a harness tells of a call stands, and nothing is inferred of it', async () => {
  const lines: string[] = []
  const recorder = makeRecorder(options, { write: (line) => lines.push(line) })
  const ask = (id: string, messages: object[], reply: Partial<ExchangeReply>) => {
    const [identity, body] = [new Map([['x-session-id', 's']]), Buffer.from(JSON.stringify({ messages }))]
    recorder.begin({ id, form: 'chat', identity, receivedMs: 0, body })
    const text = { answer: '', reasoning: '', tool: '' }
    recorder.end(id, { doneMs: 1, toolCalls: [], chunks: 1, end: 'complete', text, ...reply })
  }
  ask('r0', turn1.messages, { toolCalls: ['c1', 'c2'].map((id, index) => ({ choice: 0, index, id, name: 'ls' })) })
  recorder.tools([{ type: 'tool_end', session: 's', callId: 'c1', name: 'ls', atMs: 9, startMs: 5, endMs: 9 }])
  const results = ['c1', 'c2'].map((id) => ({ role: 'tool', tool_call_id: id, content: id }))
  ask('r1', [...turn1.messages, { role: 'assistant', tool_calls: [{ id: 'c1' }, { id: 'c2' }] }, ...results], {})
  await recorder.close()
  const tools = lines.map((line) => JSON.parse(line)).filter(({ tool }) => tool)
  expect(tools.map(({ tool, capture }) => [tool.tool_call_id, capture?.tool])).toEqual([
    ['c1', undefined],
    ['c2', 'inferred'],
  ])
  expect(tools[0]).toMatchObject({
    ...{ event_type: 'tool_end', event_time_unix_ms: 9, event_source: 'harness', agent_context: { session_id: 's' } },
    tool: { tool_class: 'ls', started_at_unix_ms: 5, ended_at_unix_ms: 9, duration_ms: 4 },
  })
})

test('bodies are recorded where they are asked for', async () => {
  const { rows } = await rowsOf([{ body: turn1, reply: answered }], { payloads: true })
  expect(rows.map(({ event_type: type }) => type)).toEqual(['request_end', 'request_payload'])
  expect(rows[1].payload).toMatchObject({ request_id: 'r0', request: turn1, response: { answer: 'ddddeeee' } })
})

test('under the scope of a session equal texts of two sessions have hashes of their own, those of a tree the same', async () => {
  const of = (session: string, parent?: string): Seen => ({
    body: turn1,
    headers: { 'x-session-id': session, ...(parent && { 'x-parent-session-id': parent }) },
  })
  const { replay } = await rowsOf([of('a'), of('b'), of('c', 'a')], { hashScope: 'session' })
  const [a, b, c] = replay.map(({ input_sequence_hashes: hashes }) => hashes)
  expect(c).toEqual(a)
  expect(b.filter((hash: string) => a.includes(hash))).toEqual([])
})

test('what no record can hold is counted by its reason', async () => {
  const { rows, totals } = await rowsOf([
    { body: 'not JSON' },
    { body: { ...turn1, n: 2 } },
    { body: turn1, reply: { status: 429 } },
    { body: turn1 },
  ])
  expect(rows).toHaveLength(1)
  expect([...totals.unrecorded]).toEqual([
    ['no prompt that a trace can hold', 2],
    ['refused by the upstream', 1],
  ])
})

/** A server that counts words as vLLM counts tokens, or does as `answer` says of a text. */
async function tokenizeServer(answer: (prompt: string) => 'refuse' | 'hang up' | undefined = () => undefined) {
  const asked: { url: string | undefined; prompt: string; key: string | undefined }[] = []
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (data) => {
      text += data
    })
    request.on('end', () => {
      const { prompt } = JSON.parse(text) as { prompt: string }
      asked.push({ url: request.url, prompt, key: request.headers.authorization })
      const instead = answer(prompt)
      if (instead === 'hang up') request.socket.destroy()
      else if (instead === 'refuse') response.writeHead(400).end('too long')
      else {
        const ids = prompt.match(/\S+/g)!.map((word) => word.length)
        response.end(JSON.stringify({ count: ids.length, tokens: ids }))
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return { upstream: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, asked }
}

const said = (...contents: string[]) => ({
  model: 'm',
  messages: contents.map((content, index) => ({ role: index % 2 === 0 ? 'user' : 'assistant', content })),
})

test('tokens are those of the upstream where it tells them, which is asked with the key that it was given', async () => {
  const { upstream, asked } = await tokenizeServer()
  const seen = [said('a bb ccc dddd eeeee'), said('a bb ccc dddd eeeee', 'f', 'g')].map((body) => ({
    ...{ body, headers: { authorization: 'Bearer client' } },
  }))
  const { replay, rows, lines } = await rowsOf(seen, { upstream, apiKey: 'canary-key' })
  expect(rows[0].capture).toEqual({
    ...{ by: 'reprise', identity: 'prompts', tokens: "the upstream's /tokenize", hash_scope: 'global' },
  })
  expect(replay[0].input_sequence_hashes).toEqual([
    '10773075109927122010',
    '5890102321129957602',
    '2656991839890933969',
  ])
  expect(asked).toEqual(
    ['a word', 'a bb ccc dddd eeeee', 'f', 'g'].map((prompt) => ({
      ...{ url: '/tokenize', prompt, key: 'Bearer canary-key' },
    })),
  )
  expect(lines.join('')).not.toContain('canary')
})

test('what the upstream does not count is approximated, and the record says of which of both', async () => {
  const { upstream, asked } = await tokenizeServer((prompt) => (prompt.includes('long') ? 'refuse' : undefined))
  const reply = (answer: string) => ({ reply: { text: { answer, reasoning: '', tool: '' } } })
  const { rows } = await rowsOf(
    [
      { body: said('a very long text'), ...reply('short') },
      { body: said('short'), ...reply('a very long text') },
      { body: said('other'), ...reply('short') },
    ],
    { upstream },
  )
  expect(rows.map(({ capture }) => capture.approximated)).toEqual([['prompt'], ['reply'], undefined])
  // A refusal is of a text, and the others are asked for.
  expect(asked).toHaveLength(7)
})

test('an upstream that does not answer is not asked for every text behind that', async () => {
  const { upstream, asked } = await tokenizeServer((prompt) => (prompt === 'a word' ? undefined : 'hang up'))
  const { rows } = await rowsOf([{ body: said('one') }, { body: said('two') }, { body: said('three') }], { upstream })
  expect(rows.map(({ capture }) => capture.approximated)).toEqual([['prompt'], ['prompt'], ['prompt']])
  expect(asked.filter(({ prompt }) => prompt === 'two' || prompt === 'three')).toEqual([])
})
