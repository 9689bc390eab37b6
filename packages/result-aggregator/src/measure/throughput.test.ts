import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lanesLoad, okRecord, silentRecord, unansweredRecord } from '../testing/run.fixture.ts'
import { profilingWindows } from './profiling-windows.ts'
import { ThroughputMeter } from './throughput.ts'
import { tokensInWindow } from './token-credit.ts'

function throughputOf(records: readonly ReturnType<typeof okRecord>[], startMs: number, endMs: number, whole = true) {
  const meter = new ThroughputMeter([{ startMs, endMs }])
  for (const record of records) meter.add(record)
  return meter.result(whole)
}

describe('the window', () => {
  const window = lanesLoad({ until: { kind: 'window', durationMs: 5000 } })
  const passes = lanesLoad({ until: { kind: 'passes', passes: 1 } })

  test('is the planned one', () => {
    expect(profilingWindows(window, [{ phase: 'profiling', startMs: 300 }])).toEqual([{ startMs: 300, endMs: 5300 }])
  })
  test('ends where profiling was ended, and not where the drain did', () => {
    const phases = [
      { phase: 'warmup', startMs: 0, endMs: 200 },
      { phase: 'profiling', startMs: 300, endMs: 900 },
      { phase: 'drain', startMs: 900, endMs: 4000 },
    ] as const
    expect(profilingWindows(window, phases)).toEqual([{ startMs: 300, endMs: 900 }])
  })
  test('has no planned end with passes', () => {
    const profiling = { phase: 'profiling', startMs: 300, endMs: 900 } as const
    expect(profilingWindows(passes, [profiling])).toEqual([{ startMs: 300, endMs: Infinity }])
    expect(profilingWindows(passes, [profiling, { phase: 'drain', startMs: 900 }])).toEqual([
      { startMs: 300, endMs: 900 },
    ])
  })
  test('is unknown before profiling', () => {
    expect(profilingWindows(window, [{ phase: 'warmup', startMs: 0 }])).toEqual([])
  })
  test('of a resumed run is in parts that add up to the planned one', () => {
    const phases = [
      { phase: 'profiling', startMs: 300, endMs: 2300 },
      { phase: 'warmup', startMs: 2300, endMs: 2500 },
      { phase: 'profiling', startMs: 2500, endMs: 5501 },
    ] as const
    const windows = profilingWindows(window, phases)
    expect(windows).toEqual([
      { startMs: 300, endMs: 2300 },
      { startMs: 2500, endMs: 5500 },
    ])
    const meter = new ThroughputMeter(windows)
    // Eleven tokens, 100 ms apart: from 2,000 to 3,000, those from 2,300 to 2,500 outside.
    meter.add(okRecord({ sentMs: 1900, firstTokenMs: 2000, lastTokenMs: 3000, doneMs: 3000 }))
    meter.add(okRecord({ sentMs: 2310, firstTokenMs: 2400, lastTokenMs: 5400, doneMs: 5400 }))
    expect(meter.windowMs(true)).toBe(5000)
    expect(meter.windowMs(false)).toBe(4900)
    expect(meter.coverage()).toBe(4900 / 5000)
    expect(meter.result(true)).toMatchObject({ windowMs: 5000, input: 1000 / 5, output: (9 + 10) / 5 })
  })
})

describe('tokens are credited at their instants (T16)', () => {
  // Eleven tokens at 1,100, 1,150 ... 1,600.
  const record = okRecord()

  test.each([
    ['all inside', 1000, 2000, 11],
    ['the start cuts off the first three', 1200, 2000, 8],
    ['the end keeps a token that comes at it', 1000, 1150, 2],
    ['and the first of all', 1000, 1100, 1],
    ['before', 0, 1099, 0],
    ['after', 1600, 9000, 0],
  ])('%s', (_, startMs, endMs, expected) => {
    expect(tokensInWindow(record, { startMs, endMs })).toBe(expected)
  })

  test('by chunk where arrivals were kept', () => {
    // 2 tokens at 1,100; 4 at 1,400; 4 at 1,500; 1,600 is the last: 10 - 2 over two chunks.
    const chunked = okRecord({
      outputTokens: 10,
      tokensInFirstChunk: 2,
      chunks: 3,
      chunkGapsMs: [300, 200],
      lastTokenMs: 1600,
    })
    expect(tokensInWindow(chunked, { startMs: 1000, endMs: 1399 })).toBe(2)
    expect(tokensInWindow(chunked, { startMs: 1000, endMs: 1400 })).toBe(6)
    expect(tokensInWindow(chunked, { startMs: 1000, endMs: 1600 })).toBe(10)
  })
})

describe('what a simulation knows of the end of the window', () => {
  // 101 tokens, of which 5 had come by then: slow at first, while others had their prompts read.
  const slow = okRecord({
    ...{ sentMs: 0, firstTokenMs: 1000, firstAnswerMs: 1000, lastTokenMs: 5000, doneMs: 5000 },
    ...{ outputTokens: 101, plannedOutputTokens: 101, tokensInFirstChunk: 1, chunks: 2 },
    tokensAtClose: { atMs: 3000, tokens: 5 },
  })

  test('parts what came before it from what came after', () => {
    expect(tokensInWindow(slow, { startMs: 0, endMs: 3000 })).toBe(5)
    expect(tokensInWindow(slow, { startMs: 0, endMs: 2000 })).toBe(3)
    expect(tokensInWindow(slow, { startMs: 3000, endMs: 4000 })).toBe(48)
    expect(tokensInWindow(slow, { startMs: 0, endMs: 5000 })).toBe(101)
    const { tokensAtClose: _, ...unknown } = slow
    expect(tokensInWindow(unknown, { startMs: 0, endMs: 3000 })).toBe(51)
  })

  test('is what a reply had that was cancelled later, though its last token was not told', () => {
    const { outputTokens: _, ...rest } = slow
    const cut = { ...rest, chunks: 1, lastTokenMs: 1000, outcome: { kind: 'cancelled' } as const }
    expect(tokensInWindow(cut, { startMs: 0, endMs: 3000 })).toBe(5)
    expect(tokensInWindow(cut, { startMs: 3000, endMs: 9000 })).toBe(0)
  })
})

describe('tokens that were kept back', () => {
  const silent = silentRecord({
    sentMs: 1000,
    doneMs: 2000,
    outputTokens: 24,
  })

  test('count evenly from sending to the end of the reply', () => {
    expect(tokensInWindow(silent, { startMs: 0, endMs: 1000 })).toBe(0)
    expect(tokensInWindow(silent, { startMs: 0, endMs: 1500 })).toBe(12)
    expect(tokensInWindow(silent, { startMs: 1500, endMs: 2000 })).toBe(12)
  })
  test('their prompt and their reply count at that end', () => {
    expect(throughputOf([silent], 500, 2500)).toMatchObject({ input: 500, output: 12, requestsPerS: 0.5 })
    expect(throughputOf([silent], 500, 1500)).toMatchObject({ input: 0, output: 12, requestsPerS: 0 })
    expect(throughputOf([silent], 1000, Infinity)).toMatchObject({ windowMs: 1000, output: 24, requestsPerS: 1 })
  })
  test('nothing that came and nothing that was told counts nothing', () => {
    const { outputTokens: _, ...untold } = silent
    expect(throughputOf([untold], 500, 2500)).toMatchObject({ total: 0, requestsPerS: 0 })
    expect(throughputOf([{ ...silent, outputTokens: 0 }], 500, 2500)).toMatchObject({ total: 0, requestsPerS: 0 })
  })
})

test('chunks of the first read stand at its instant', () => {
  // Eleven tokens: 4 chunks at 1,100, then one every 100 ms.
  const { tokensInFirstChunk: _, ...record } = okRecord({
    chunksInFirstRead: 4,
    chunkGapsMs: [0, 0, 0, 100, 100, 100, 100, 100, 100, 100],
    lastTokenMs: 1800,
  })
  expect(tokensInWindow(record, { startMs: 1000, endMs: 1100 })).toBe(4)
  expect(tokensInWindow(record, { startMs: 1000, endMs: 1250 })).toBe(5)
  expect(tokensInWindow(record, { startMs: 1000, endMs: 1800 })).toBe(11)
})

const reply = fc
  .record({
    first: fc.integer({ min: 0, max: 1000 }),
    gaps: fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 20 }),
    tokensInFirstChunk: fc.integer({ min: 1, max: 5 }),
    more: fc.nat(40),
    kept: fc.boolean(),
  })
  .map(({ first, gaps, tokensInFirstChunk, more, kept }) =>
    okRecord({
      firstTokenMs: first,
      lastTokenMs: first + gaps.reduce((a, b) => a + b, 0),
      outputTokens: tokensInFirstChunk + gaps.length + more,
      tokensInFirstChunk,
      chunks: gaps.length + 1,
      ...(kept && { chunkGapsMs: gaps }),
    }),
  )

test('no token is lost or counted twice between adjoining windows', () => {
  fc.assert(
    fc.property(reply, fc.array(fc.integer({ min: -1, max: 6000 }), { maxLength: 6 }), (record, cuts) => {
      const edges = [-Infinity, ...cuts.sort((a, b) => a - b), Infinity]
      let sum = 0
      for (let i = 1; i < edges.length; i += 1) {
        const part = tokensInWindow(record, { startMs: edges[i - 1]!, endMs: edges[i]! })
        expect(part).toBeGreaterThanOrEqual(0)
        sum += part
      }
      expect(sum).toBe(record.outputTokens)
    }),
  )
})

describe('rates', () => {
  test('total, input, fresh input and output over a window of two seconds (T12)', () => {
    expect(throughputOf([okRecord()], 500, 2500)).toEqual({
      total: 1011 / 2,
      input: 500,
      freshInput: 180,
      output: 5.5,
      requestsPerS: 0.5,
      windowMs: 2000,
    })
  })

  test('the drain is left out: tokens after the window, and input whose first token came late (trap 17)', () => {
    const late = okRecord({ firstTokenMs: 2600, lastTokenMs: 3000 })
    expect(throughputOf([okRecord(), late], 500, 2500)).toEqual(throughputOf([okRecord()], 500, 2500))
  })

  test('a cancelled request gives what came inside the window; its cached tokens are unknown', () => {
    const {
      inputTokens: _,
      outputTokens: __,
      cachedTokens: ___,
      ...rest
    } = okRecord({ outcome: { kind: 'cancelled' } })
    // 11 tokens at 1,100 ... 1,600, of which 9 until 1,500.
    expect(throughputOf([rest], 500, 1500)).toEqual({
      total: 1009,
      input: 1000,
      freshInputUnknownRequests: 1,
      output: 9,
      requestsPerS: 0,
      windowMs: 1000,
    })
  })

  test('a failed request gives nothing', () => {
    const failed = okRecord({ outcome: { kind: 'failed', class: 'disconnect', message: '' } })
    expect(throughputOf([failed], 500, 2500)).toMatchObject({ total: 0, output: 0, requestsPerS: 0 })
  })

  test('no cached tokens told: no fresh input, rather than all of it (T11)', () => {
    const { cachedTokens: _, ...record } = okRecord()
    expect(throughputOf([record], 500, 2500)).not.toHaveProperty('freshInput')
    expect(throughputOf([okRecord({ cachedTokens: 0 })], 500, 2500)).toMatchObject({ freshInput: 500 })
  })

  test('with passes the last token ends the window', () => {
    expect(throughputOf([okRecord()], 600, Infinity)).toMatchObject({ windowMs: 1000, output: 11, requestsPerS: 1 })
  })

  test('a run that broke off ends at its last record', () => {
    expect(throughputOf([okRecord({ doneMs: 1610 })], 610, 100_000, false)).toMatchObject({
      windowMs: 1000,
      output: 11,
    })
  })

  test('no window, no rate', () => {
    const refused = unansweredRecord({ kind: 'failed', class: 'connect', message: '' })
    expect(throughputOf([refused], 500, Infinity)).toBeUndefined()
    expect(throughputOf([], 500, 400)).toBeUndefined()
  })
})
