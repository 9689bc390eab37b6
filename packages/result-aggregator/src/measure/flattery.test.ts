import type { RequestRecord } from '@reprise/replay-engine'
import { describe, expect, test } from 'vitest'
import { defaultLimits } from '../result/limits.ts'
import { judged, phases, run, some } from '../testing/judged-run.fixture.ts'
import { lanesLoad, runHeader, silentRecord, unansweredRecord } from '../testing/run.fixture.ts'
import { buildResult } from './build-result.ts'

const silent = ({ id, lane, play, sentMs, dueMs, doneMs }: RequestRecord) =>
  silentRecord({ id, lane, play, dueMs, doneMs, ...(sentMs !== undefined && { sentMs }) })
const untold = ({ tokensInFirstChunk: _, ...rest }: RequestRecord) => rest

test('a run that hides nothing is valid', () => {
  expect(judged(run())).toMatchObject({ verdict: 'valid', reasons: [] })
})

test('one reply with more tokens than it was asked for: its usage cannot be believed', () => {
  const records = some(1, (record) => ({ ...record, outputTokens: 12 }))
  expect(judged(records)).toMatchObject({
    verdict: 'invalid',
    reasons: [
      'impossible-usage: the server reports for 1 of 200 replies more output tokens than max_tokens allows. ' +
        'Its usage cannot be believed, nor any figure per token: mend how it counts.',
    ],
  })
})

test('tokens never shown: two replies in two hundred pass, three are named', () => {
  expect(judged(some(2, silent)).verdict).toBe('valid')
  expect(judged(some(3, silent)).reasons).toEqual([
    'hidden-tokens: 3 of 200 replies showed fewer tokens than the server generated (3 showed none); they count in the throughput by usage, ' +
      'and are missing in TTFT or TPOT. Turn the tool and reasoning parsers of the server off.',
  ])
})

test('counts beyond measure make a result invalid, though none of them is believed', () => {
  const records = some(1, ({ outputTokens: _, ...record }) => ({ ...record, ignoredUsage: ['beyond-measure'] }))
  expect(judged(records)).toMatchObject({
    verdict: 'invalid',
    reasons: [
      'impossible-usage: the server reports for 1 of 200 replies more tokens than any context holds. ' +
        'Its usage cannot be believed, nor any figure per token: mend how it counts.',
      expect.stringMatching(/^usage-missing: .* for 1 of 200 requests; planned input, and the length asked for/),
      expect.stringMatching(/^implausible-usage: 1 of 200 .*1 beyond-measure/),
    ],
  })
})

describe('replies without usage', () => {
  const bare = ({ inputTokens: _, outputTokens: __, tokensInFirstChunk: ___, ...record }: RequestRecord) => record

  test('a finish reason of length does not make eleven tokens of one byte', () => {
    const once = { chunks: 1, lastTokenMs: 1100, bytesInFirstRead: 1, payloadBytes: 1 }
    const { result, reasons } = judged(
      run().map((record) => ({ ...bare(record), ...once, lastTokenMs: record.firstTokenMs! })),
    )
    expect(result.outputTokens.countedBy).toMatchObject({ length: 0, chunks: 200 })
    expect(result.throughput?.output).toBeCloseTo(200 / 1800)
    expect(reasons).toContainEqual(
      expect.stringMatching(/^short-output: 200 of 200 replies hold less text than the tokens that were asked for/),
    )
  })

  test('more chunks than tokens were asked for count as what was asked for, and are named', () => {
    const many = { chunks: 33, finishReason: 'stop', bytesInFirstRead: 5, payloadBytes: 165 }
    const { result, reasons } = judged(run().map((record) => ({ ...bare(record), ...many })))
    expect(result.outputTokens).toMatchObject({ countedBy: { chunks: 200 }, moreChunks: 200 })
    expect(result.throughput?.output).toBeCloseTo((200 * 11) / 1800)
    expect(reasons).toContainEqual(expect.stringMatching(/^more-chunks: 200 of 200 replies/))
  })
})

test('usage below what was shown is named, and the server does not stop by itself', () => {
  const three = judged(some(3, (record) => ({ ...record, outputTokens: 9 })))
  expect(three.reasons).toEqual([
    "more-chunks: 3 of 200 replies came in more chunks with text than they have tokens, by the server's usage or, without it, at most (max_tokens). " +
      'It generates more than it counts or was asked for, or something cuts its tokens up: throughput and TPOT rest on the lower count. ' +
      'Compare its usage with its own metrics, and let it send each token whole.',
  ])
  const halved = judged(run().map((record) => ({ ...untold(record), outputTokens: 5 })))
  expect(halved.reasons).toContainEqual(
    'short-output: the server counts 1000 generated tokens where 2200 were asked for. Its replies show more than it counts: mend how it counts.',
  )
  // The step from thinking to the answer may say two things.
  expect(judged(run().map((record) => ({ ...record, chunks: 12 }))).reasons).toEqual([])
})

test('every chunk in one read: no TPOT, no interactivity, and why', () => {
  const { reasons, result } = judged(
    run(() => ({ chunksInFirstRead: 11, reads: 1 })).map((record) => ({
      ...record,
      lastTokenMs: record.firstTokenMs!,
    })),
  )
  expect(reasons).toEqual([
    'no-pace-seen: 200 of 200 replies of several tokens came (nearly) whole at one instant, and have no TPOT and no interactivity; ' +
      'their TTFT is the wait for all of that. Let the server stream, and take away what buffers its replies on the way.',
  ])
  expect(Object.keys(result.metrics)).toEqual([
    'ttft',
    'ttfat',
    'e2e',
    'e2e_per_token',
    'e2e_interactivity',
    'co_ttft',
    'co_e2e',
    'dispatch_delay',
  ])
  expect(result.throughput).toMatchObject({ output: (200 * 11) / 1800, requestsPerS: 200 / 1800 })
})

describe('first chunks that hold several tokens', () => {
  test('shared out by the text, and named', () => {
    const bundled = some(3, (record) => ({ ...untold(record), chunks: 6, bytesInFirstRead: 24, payloadBytes: 44 }))
    const { reasons, result } = judged(bundled)
    expect(reasons).toEqual([
      'bundled-first-chunk: of 200 replies 3 began with several tokens, how many is told by their share of the text. ' +
        'Have the server report usage with every chunk (continuous usage), or let it send each token by itself.',
    ])
    // 24 of 44 bytes are six of eleven tokens.
    expect(result.metrics.tpot).toMatchObject({ min: 50, max: 100 })
  })
  test('taken as one where nobody knows', () => {
    const { reasons } = judged(some(3, (record) => ({ ...untold(record), chunks: 6 })))
    expect(reasons[0]).toContain(
      'of 200 replies 3 began with an unknown number, taken as one, which makes TPOT too small.',
    )
  })
  test('of one token, or told, are no matter', () => {
    expect(judged(run(() => ({ chunks: 6, tokensInFirstChunk: 6 }))).verdict).toBe('valid')
    const single = run(() => ({ chunks: 10, bytesInFirstRead: 4, payloadBytes: 44 })).map(untold)
    expect(judged(single).verdict).toBe('valid')
  })
})

describe('a blank at once, and then the work', () => {
  /** The first chunk 3 ms after sending, the second when the prompt is read, ten more 50 ms apart. */
  const blank = (record: RequestRecord) => ({
    ...record,
    firstTokenMs: record.sentMs! + 3,
    secondReadMs: record.sentMs! + 844,
    lastTokenMs: record.sentMs! + 1344,
    chunks: 12,
    outputTokens: 12,
    plannedOutputTokens: 12,
  })
  const even = (record: RequestRecord) => ({ ...record, secondReadMs: record.firstTokenMs! + 50 })

  test('in most replies: the time to the second chunk is what to look at', () => {
    expect(judged(run().map(blank)).reasons).toEqual([
      'odd-first-gap: in 200 of 200 replies (100 %) the wait from the first chunk to the second is more than three times the later ones, ' +
        'or all the rest comes at once, as if the first were no result of the model. Look at the time to the second chunk instead: p50 844 ms, where TTFT p50 is 3 ms.',
    ])
  })
  test('in half of them it is not yet the rule', () => {
    const mixed = (odd: number) => run().map((record, i) => (i < odd ? blank(record) : even(record)))
    expect(judged(mixed(100)).verdict).toBe('valid')
    expect(judged(mixed(101)).reasons[0]).toMatch(/^odd-first-gap: in 101 of 200/)
  })
  test('and all the rest in one read: there is no later gap, and nothing but a blank came before', () => {
    const burst = (record: RequestRecord, bytesInFirstRead: number): RequestRecord => {
      const secondReadMs = record.sentMs! + 844
      const instants = { firstTokenMs: record.sentMs! + 3, secondReadMs, lastTokenMs: secondReadMs }
      return { ...untold(record), ...instants, chunks: 11, reads: 2, bytesInFirstRead, payloadBytes: 51 }
    }
    expect(judged(run().map((record) => burst(record, 1))).reasons).toContainEqual(
      expect.stringMatching(/^odd-first-gap: in 200 of 200 .*: p50 844 ms, where TTFT p50 is 3 ms\.$/),
    )
    const half = run().map((record) => ({ ...burst(record, 25), chunksInFirstRead: 5 }))
    expect(judged(half).reasons).toEqual([])
    const withoutText = (record: RequestRecord) => ({ ...record, secondReadMs: record.lastTokenMs!, chunks: 2 })
    expect(judged(run().map(withoutText)).reasons).toEqual([])
  })
  test('a gateway that sends ten chunks a read has even gaps between reads', () => {
    const coarse = run()
      .map((record) => ({
        ...even(record),
        secondReadMs: record.firstTokenMs! + 100,
        chunks: 60,
        reads: 6,
        chunksInFirstRead: 10,
        outputTokens: 60,
        plannedOutputTokens: 60,
      }))
      .map(untold)
    expect(judged(coarse).verdict).toBe('valid')
  })
})

test('requests of few plays, or of one large and many small ones', () => {
  expect(judged(run((i) => ({ lane: i % 9 }))).reasons).toEqual([
    'few-plays: the 200 requests come from 9 plays of session trees, which tell as much as 9.0 of equal size; ' +
      'below 10 a single tree decides the figures. Run longer or with more lanes.',
  ])
  // 20 plays, one of them with 100 of 195 requests: 195^2 / (100^2 + 19 * 5^2) = 3.63.
  const uneven = run((i) => ({ play: i < 100 ? 0 : (i % 19) + 1, lane: 0 }), 195)
  const { reasons, result } = judged(uneven)
  expect(result.counts.effectivePlays).toBeCloseTo(195 ** 2 / (100 ** 2 + 19 * 25), 12)
  expect(reasons[0]).toContain('from 20 plays of session trees, which tell as much as 3.6 of equal size')
})

describe('a context limit', () => {
  const limited = (unsent: number, load = lanesLoad({ maxContextTokens: 32_768 })) => {
    const header = runHeader(load)
    return { ...header, plan: { ...header.plan, turns: { planned: 1000, unsent } } }
  }
  test('that leaves out more than one turn in a hundred makes another workload', () => {
    expect(judged(run(), limited(10)).verdict).toBe('valid')
    expect(judged(run(), limited(160)).reasons).toEqual([
      'context-limit: the limit of 32768 tokens leaves out 160 of 1000 turns (16 %), the longest and what waits for them: another workload than without it. ' +
        'Raise --max-context, or compare only with runs of the same limit.',
    ])
  })
  test('that leaves out whole traces', () => {
    const header = limited(0)
    const leftOut = [{ traceId: 'a', inputTokens: 99_999, outputTokens: 1 }]
    expect(judged(run(), { ...header, plan: { ...header.plan, leftOut } }).reasons[0]).toContain(
      '0 of 1000 turns (0 %) and 1 trace as a whole,',
    )
  })
  test('of a run whose header does not count turns: by what came up', () => {
    const { sentMs: _, ...unsent } = unansweredRecord({ kind: 'truncated', message: 'too long' })
    const records = [...run(), ...Array.from({ length: 50 }, () => unsent)]
    expect(judged(records, runHeader(lanesLoad({ maxContextTokens: 32_768 }))).reasons[0]).toContain(
      '50 of 250 turns (20 %)',
    )
  })
})

test('what is to be done about requests that were cut off: there is no flag for a longer drain', () => {
  const cut = some(3, ({ id, dueMs, sentMs }) =>
    unansweredRecord({ kind: 'cancelled' }, { id, dueMs, sentMs: sentMs! }),
  )
  const ended = (reason: 'window' | 'interrupted') =>
    buildResult({ header: runHeader(), records: cut, phases, ended: reason }).validity.reasons.find((each) =>
      each.startsWith('censored'),
    )
  expect(ended('window')).toMatch(/They outlasted the drain of 60 s: take fewer lanes\.$/)
  expect(ended('interrupted')).toMatch(/Let the run reach its end\.$/)
})

test('what an older version judged by is kept, and the other bounds are those of this one', () => {
  const { minPlays: _, drift: __, ...older } = defaultLimits
  const limits = { ...older, failedShare: 0.5 }
  const { validity } = buildResult({ header: runHeader(), records: run(), phases, ended: 'window', limits })
  expect(validity.limits).toEqual({ ...defaultLimits, failedShare: 0.5 })
})
