import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { ExchangeReply, ExchangeRequest } from '../exchange.ts'
import type { OpenedExchange } from '../proxy/exchange-tape.ts'
import { ExchangeReadings } from './exchange-readings.ts'
import { TapeWriter } from './tape-writer.ts'

/** A tape whose batches are read at once where `isHeld` is not set, and what the recorder is told. */
function recording({ maxExchangeBytes = 1e6, maxHeldBytes = 1e6, isHeld = false } = {}) {
  const begun: ExchangeRequest[] = []
  const ended = new Map<string, ExchangeReply>()
  const batches: number[] = []
  const released: number[] = []
  const soon: (() => void)[] = []
  const readings = new ExchangeReadings(
    {
      begin: (request) => begun.push(request),
      end: (id, reply) => void ended.set(id, reply),
      tools: () => {},
      flush: async () => {},
      close: async () => {},
      totals: () => ({ requests: 0, sessions: 0, inputTokens: 0, outputTokens: 0, unrecorded: new Map() }),
    },
    (bytes) => {
      released.push(bytes)
      if (!isHeld) tape.released(bytes)
    },
  )
  const tape = new TapeWriter({
    captureId: 'c',
    send: (batch) => {
      batches.push(batch.bytes.length)
      readings.read(batch)
    },
    now: () => 99,
    soon: (run) => soon.push(run),
    next: (run) => soon.push(run),
    maxExchangeBytes,
    maxHeldBytes,
  })
  const settle = async () => {
    for (let run = soon.shift(); run; run = soon.shift()) run()
    await readings.settled()
  }
  return { tape, readings, begun, ended, batches, released, soon, settle }
}

const opened: OpenedExchange = { form: 'chat', identity: new Map([['x-session-id', 's']]), receivedMs: 10 }
const chunk = (delta: object, rest: object = {}) =>
  Buffer.from(`data: ${JSON.stringify({ choices: [{ index: 0, delta, ...rest }] })}\n\n`)

const stream = [
  chunk({ role: 'assistant' }),
  chunk({ reasoning: 'hm' }),
  chunk({ content: 'so' }),
  chunk(
    { tool_calls: [{ index: 0, id: 'x', function: { name: 'ls', arguments: '{}' } }] },
    { finish_reason: 'tool_calls' },
  ),
  Buffer.from(
    'data: {"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":3,"prompt_tokens_details":{"cached_tokens":4}}}\n\ndata: [DONE]\n\n',
  ),
]

const told = {
  forwardedMs: 12,
  firstByteMs: 20,
  firstTokenMs: 22,
  lastTokenMs: 24,
  doneMs: 30,
  status: 200,
  usage: { inputTokens: 7, outputTokens: 3, cachedTokens: 4 },
  finishReason: 'tool_calls',
  toolCalls: [{ choice: 0, index: 0, id: 'x', name: 'ls' }],
  text: { answer: 'so', reasoning: 'hm', tool: 'ls{}' },
  chunks: 3,
  end: 'complete',
}

describe('an exchange', () => {
  test('is begun with its whole request, and ended with what its reply told', async () => {
    const { tape, begun, ended, settle } = recording()
    const one = tape.open(opened)
    one.request(Buffer.from('{"a"'))
    one.request(Buffer.from(':1}'))
    one.requested()
    await settle()
    expect(begun).toEqual([{ id: 'c-0', ...opened, body: Buffer.from('{"a":1}') }])
    one.forwarded(12)
    one.replied({ status: 200 }, 20)
    for (const [i, bytes] of stream.entries()) one.reply(bytes, 21 + i)
    one.over('complete', 30)
    await settle()
    expect(ended.get('c-0')).toEqual(told)
  })

  test.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
  ] as const)('is read through %s, both ways', async (contentCoding, pack) => {
    const { tape, begun, ended, settle } = recording()
    const one = tape.open({ ...opened, contentCoding })
    one.request(pack(Buffer.from('{"a":1}')))
    one.requested()
    one.replied({ status: 200, contentCoding: contentCoding.toUpperCase() }, 20)
    const packed = pack(Buffer.concat(stream))
    one.reply(packed.subarray(0, 30), 22)
    one.reply(packed.subarray(30), 24)
    one.over('complete', 30)
    await settle()
    expect(String(begun[0]!.body)).toBe('{"a":1}')
    const { usage, text, finishReason, toolCalls } = told
    expect(ended.get('c-0')).toMatchObject({ usage, text, finishReason, toolCalls, lastTokenMs: 24 })
  })

  test.each([
    ['gzip', gzipSync],
    ['zstd', zstdCompressSync],
  ] as const)('is read where it is %s and nobody says so', async (_, pack) => {
    const { tape, begun, ended, settle } = recording()
    const one = tape.open(opened)
    one.request(pack(Buffer.from('{"a":1}')))
    one.requested()
    one.replied({ status: 200 }, 20)
    const packed = pack(Buffer.concat(stream))
    one.reply(packed.subarray(0, 30), 22)
    one.reply(packed.subarray(30), 24)
    one.over('complete', 30)
    await settle()
    expect(String(begun[0]!.body)).toBe('{"a":1}')
    expect(ended.get('c-0')).toMatchObject({ usage: told.usage, text: told.text, lastTokenMs: 24 })
  })

  test('of which nothing can be read is ended all the same', async () => {
    const { tape, begun, ended, settle } = recording()
    const cut = tape.open({ ...opened, contentCoding: 'gzip' })
    cut.request(Buffer.from('no gzip'))
    cut.replied({ status: 200, contentCoding: 'gzip' }, 20)
    cut.reply(Buffer.from('neither'), 21)
    cut.reply(Buffer.from('this'), 22)
    cut.over('upstream-died', 23)
    const strange = tape.open(opened)
    strange.requested()
    strange.replied({ status: 200, contentCoding: 'rot13' }, 20)
    strange.reply(Buffer.from('???'), 21)
    strange.over('complete', 23)
    const unanswered = tape.open(opened)
    unanswered.over('upstream-died', 24)
    await settle()
    const nothing = { toolCalls: [], text: { answer: '', reasoning: '', tool: '' }, chunks: 0 }
    expect(begun.map(({ body }) => String(body))).toEqual(['no gzip', '', ''])
    expect(ended.get('c-0')).toEqual({ firstByteMs: 20, doneMs: 23, status: 200, end: 'upstream-died', ...nothing })
    expect(ended.get('c-1')).toEqual({ firstByteMs: 20, doneMs: 23, status: 200, end: 'complete', ...nothing })
    expect(ended.get('c-2')).toEqual({ doneMs: 24, end: 'upstream-died', ...nothing })
  })

  test('that broke off keeps what had come', async () => {
    const { tape, ended, settle } = recording()
    const one = tape.open(opened)
    one.requested()
    one.replied({ status: 200 }, 20)
    for (const [i, bytes] of stream.slice(0, 3).entries()) one.reply(bytes, 21 + i)
    one.over('client-gone', 40)
    await settle()
    expect(ended.get('c-0')).toMatchObject({ text: { answer: 'so', reasoning: 'hm' }, chunks: 2, end: 'client-gone' })
    expect(ended.get('c-0')).not.toHaveProperty('finishReason')
  })
})

describe('bounds', () => {
  test('a request that is too large is let go of, counted, and goes on unseen', async () => {
    const { tape, readings, begun, ended, released, settle } = recording({ maxExchangeBytes: 5 })
    const one = tape.open(opened)
    one.request(Buffer.from('1234'))
    one.request(Buffer.from('56'))
    one.requested()
    one.reply(Buffer.from('x'), 1)
    one.over('complete', 2)
    await settle()
    expect([begun, [...ended]]).toEqual([[], []])
    expect(readings.lost()).toEqual({ 'too-large': 1, 'too-fast': 0 })
    expect(released).toEqual([4])
  })

  test('past what the thread may hold nothing is taken down; what was released can be used again', async () => {
    const { tape, readings, begun, settle } = recording({ maxHeldBytes: 5, isHeld: true })
    const [one, two] = [tape.open(opened), tape.open(opened)]
    one.request(Buffer.from('1234'))
    two.request(Buffer.from('56'))
    one.requested()
    two.requested()
    await settle()
    expect(begun.map(({ id }) => id)).toEqual(['c-0'])
    expect(readings.lost()).toEqual({ 'too-large': 0, 'too-fast': 1 })
    tape.released(4)
    const three = tape.open(opened)
    three.request(Buffer.from('78'))
    three.requested()
    await settle()
    expect(begun.map(({ id }) => id)).toEqual(['c-0', 'c-2'])
  })

  test('a reply of which there was no room for more is recorded as far as it was seen', async () => {
    const { tape, readings, ended, settle } = recording({ maxExchangeBytes: 300 })
    const one = tape.open(opened)
    one.requested()
    one.replied({ status: 200 }, 20)
    for (const [i, bytes] of stream.entries()) one.reply(bytes, 21 + i)
    one.over('complete', 30)
    await settle()
    expect(ended.get('c-0')).toMatchObject({ end: 'proxy-closed', doneMs: 99, text: { reasoning: 'hm' } })
    expect(readings.lost()['too-large']).toBe(1)
  })

  test('bytes are sent in pieces of a bounded size, none while they are taken down', () => {
    const { tape, batches, soon } = recording({ maxExchangeBytes: 1e8, maxHeldBytes: 1e8 })
    const one = tape.open(opened)
    for (let i = 0; i < 10; i += 1) one.request(Buffer.alloc(64 * 1024, i))
    expect(batches).toEqual([])
    const turn = () => {
      for (const run of soon.splice(0)) run()
      return batches.splice(0)
    }
    expect([turn(), turn(), turn(), turn()]).toEqual([[256 * 1024], [256 * 1024], [128 * 1024], []])
    one.request(Buffer.alloc(5))
    expect(turn()).toEqual([5])
  })

  test('what comes while batches wait follows them', () => {
    const { tape, batches, soon } = recording({ maxExchangeBytes: 1e8, maxHeldBytes: 1e8 })
    const one = tape.open(opened)
    for (let i = 0; i < 8; i += 1) one.request(Buffer.alloc(64 * 1024, i))
    soon.shift()!()
    one.request(Buffer.alloc(7))
    while (soon.length > 0) soon.shift()!()
    expect(batches).toEqual([256 * 1024, 256 * 1024, 7])
  })
})
