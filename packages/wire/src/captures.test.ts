import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { ChatStream } from './chat-stream.ts'
import { classifyRefusal, classifyStreamError } from './error-class.ts'
import { parseFullReply } from './full-reply.ts'
import { parseRawReply } from './raw-reply.ts'
import { SseScanner } from './sse-scanner.ts'

const ours = new URL('../fixtures/', import.meta.url)
const vllm = new URL('../../../../shared/data/vllm/captures/', import.meta.url)
const haveVllm = existsSync(vllm)
if (!haveVllm)
  console.warn('NOT RUN: captures of a real vLLM, ../shared/data/vllm/captures is not there; our own fixtures are')

describe('our own captures', () => {
  test.each([
    ['stream-usage', 'over the hill and', 3, 'length', { inputTokens: 40, outputTokens: 4, cachedTokens: 32 }],
    ['stream-continuous-usage', 'over the hill', 2, 'stop', { inputTokens: 40, outputTokens: 3, cachedTokens: 0 }],
    ['stream-no-usage', 'over it', 2, 'stop', undefined],
    ['stream-completion', 'over there now', 2, 'length', { inputTokens: 3, outputTokens: 3, cachedTokens: 0 }],
  ])('%s', (name, answer, payloads, finishReason, usage) => {
    expect(readStream(ours, name)).toMatchObject({ answer, payloads, finishReason, usage, done: true, errors: [] })
  })

  test('tokens of a chunk are known from usage on every chunk, and from token ids', () => {
    expect(readStream(ours, 'stream-continuous-usage').tokens).toEqual([1, 2])
    expect(readStream(ours, 'stream-completion').tokens).toEqual([1, 2])
    expect(readStream(ours, 'stream-usage').tokens).toEqual([undefined, undefined, undefined])
  })

  test('reasoning under both names is told from the answer', () => {
    const usage = { inputTokens: 9, outputTokens: 3 }
    expect(readStream(ours, 'stream-reasoning')).toMatchObject({
      reasoning: 'so then',
      answer: 'yes',
      payloads: 3,
      usage,
    })
  })

  test('tool call names and arguments are payload', () => {
    const read = readStream(ours, 'stream-tool')
    expect(read).toMatchObject({ tool: 'read_file{"path":1}', payloads: 2, finishReason: 'tool_calls' })
  })

  test('an error inside a stream is an error', () => {
    const errors = [{ kind: 'error-in-stream', message: 'the engine has died' }]
    expect(readStream(ours, 'stream-error')).toMatchObject({ answer: 'over', errors })
  })

  test('full replies and refusals', () => {
    const { status, body } = readReply(ours, 'chat-full')
    expect(status).toBe(200)
    expect(parseFullReply(body)).toEqual({
      kind: 'reply',
      text: { answer: 'over the hill', reasoning: '', tool: '' },
      finishReason: 'length',
      usage: { inputTokens: 23, outputTokens: 3, cachedTokens: 16 },
    })
    expect(refusal(ours, 'error-context').kind).toBe('truncated')
    expect(refusal(ours, 'error-model').kind).toBe('unknown-model')
    expect(refusal(ours, 'error-route')).toEqual({ kind: 'bad-request', message: 'Not Found' })
  })

  test('a capture cut inside a chunk is not taken for a whole one', () => {
    const bytes = readFileSync(new URL('stream-usage.http', ours))
    expect(() => parseRawReply(bytes.subarray(0, -20))).toThrow(SyntaxError)
    expect(() => parseRawReply(bytes.subarray(90))).toThrow(SyntaxError)
  })
})

describe.skipIf(!haveVllm)('captures of a real vLLM 0.32.0', () => {
  const four = ' sofonuzefo veve mune'
  test.each([
    ['sse-chat-usage', four, 4, { inputTokens: 23, outputTokens: 4, cachedTokens: 0 }],
    ['sse-chat-continuous-usage', ' sofonuzefo veve', 3, { inputTokens: 23, outputTokens: 3, cachedTokens: 0 }],
    ['sse-chat-nousage', ' sofonuzefo', 2, undefined],
    ['sse-completions', 'dubezi bape', 2, { inputTokens: 3, outputTokens: 2, cachedTokens: 0 }],
    ['sse-completions-tokenids', 'dubezi bapedubezi', 3, { inputTokens: 3, outputTokens: 3, cachedTokens: 0 }],
  ])('%s', (name, answer, payloads, usage) => {
    const expected = { answer, payloads, usage, finishReason: 'length', done: true, errors: [] }
    expect(readStream(vllm, name)).toMatchObject(expected)
  })

  test.each([
    ['sse-chat-cached', ' mune', 192],
    ['sse-chat-cache-salt', '', 0],
  ])('%s: only the tail of a stream', (name, answer, cachedTokens) => {
    // The sizes of the transfer chunks stand between the events; to the scanner they are unknown fields.
    const tail = readFileSync(new URL(`${name}.http`, vllm))
    const usage = { inputTokens: 220, outputTokens: 4, cachedTokens }
    expect(readEvents(tail.subarray(tail.indexOf('\n') + 1))).toMatchObject({ answer, usage, done: true, errors: [] })
  })

  test.each([
    ['chat-nonstream', four, { inputTokens: 23, outputTokens: 4, cachedTokens: 0 }],
    ['priority-fcfs', ' sofonuzefo', { inputTokens: 23, outputTokens: 2, cachedTokens: 0 }],
    ['unknown-field', ' sofonuzefo', { inputTokens: 23, outputTokens: 2, cachedTokens: 0 }],
  ])('%s', (name, answer, usage) => {
    const { status, body } = readReply(vllm, name)
    const text = { answer, reasoning: '', tool: '' }
    expect(status).toBe(200)
    expect(parseFullReply(body)).toEqual({ kind: 'reply', text, finishReason: 'length', usage })
  })

  test.each([
    ['err-ctx-chat', 'truncated', 'maximum context length is 131072'],
    ['err-ctx-completions', 'truncated', '131077 input tokens'],
    ['err-maxtokens-chat', 'truncated', 'max_tokens=200000 cannot be greater than max_model_len=131072'],
    ['err-model', 'unknown-model', 'The model `nope` does not exist. Valid aliases: tiny.'],
    ['err-404', 'bad-request', 'Not Found'],
    ['err-405', 'bad-request', 'Method Not Allowed'],
    ['err-badjson', 'bad-request', 'JSON decode error'],
    ['err-max_tokens0', 'bad-request', 'max_tokens must be at least 1'],
    ['err-min_tokens', 'bad-request', 'min_tokens must be less than or equal to max_tokens=2'],
    ['err-nomessages', 'bad-request', 'Field required'],
    ['err-temp', 'bad-request', 'temperature must be non-negative'],
  ])('%s', (name, kind, message) => {
    expect(refusal(vllm, name)).toMatchObject({ kind, message: expect.stringContaining(message) })
  })
})

function readReply(folder: URL, name: string): { status: number; body: string } {
  const { status, body } = parseRawReply(readFileSync(new URL(`${name}.http`, folder)))
  return { status, body: body.toString('utf8') }
}

function refusal(folder: URL, name: string) {
  const { status, body } = readReply(folder, name)
  return classifyRefusal(status, body)
}

function readStream(folder: URL, name: string) {
  return readEvents(parseRawReply(readFileSync(new URL(`${name}.http`, folder))).body)
}

function readEvents(bytes: Buffer) {
  const stream = new ChatStream()
  const read = { answer: '', reasoning: '', tool: '', payloads: 0, tokens: [] as unknown[], errors: [] as unknown[] }
  const scanner = new SseScanner((data) => {
    const event = stream.read(data)
    if (event.kind === 'malformed') read.errors.push(event.message)
    if (event.kind === 'error') read.errors.push(classifyStreamError(event.error))
    if (event.kind !== 'payload') return
    read.answer += event.text.answer
    read.reasoning += event.text.reasoning
    read.tool += event.text.tool
    read.payloads += 1
    read.tokens.push(event.tokens)
  })
  scanner.push(bytes)
  scanner.end()
  return { ...read, usage: stream.usage, finishReason: stream.finishReason, done: stream.done }
}
