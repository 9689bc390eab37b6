import { expect, test } from 'vitest'
import { handCfg } from '../check/step-log.fixture.ts'
import { samplesOfLog } from './samples-of-log.ts'

const lines = (...values: object[]) => values.map((value) => JSON.stringify(value))

test("vLLM's steps last until the next where a request goes on, else until their own end", () => {
  const { scheduler, samples } = samplesOfLog(
    lines(
      { cfg: handCfg },
      { add: 'a.0', t: 0.1 },
      {
        s: 1,
        t: 0.1,
        run: [
          ['a', 8, 4, 1],
          ['b', 1, 9],
        ],
        R: 2,
        W: 0,
        free: 0,
        e: 0.01,
      },
      { s: 2, t: 0.112, run: [['a', 1, 12]], R: 1, W: 0, free: 0, e: 0.005 },
      { s: 3, t: 0.9, run: [['c', 3, 0, 1]], R: 1, W: 0, free: 0, e: 0.004 },
    ),
    'log',
  )
  expect(scheduler).toMatchObject({ numBlocks: 5, maxNumSeqs: 4 })
  // Eight tokens in contexts 5 to 12; one in a context of 10.
  expect(samples[0]!.work).toEqual({
    prefillTokens: 8,
    prefillContextTokens: 68,
    prefills: 1,
    prefillReachTokens: 12,
    decodes: 1,
    decodeContextTokens: 10,
  })
  expect(samples.map(({ ms }) => Number(ms.toFixed(6)))).toEqual([12, 5, 4])
})

test('steps that overlap last from the end of the one before', () => {
  const { samples } = samplesOfLog(
    lines(
      { cfg: { ...handCfg, async_scheduling: true } },
      { s: 1, t: 0.1, run: [['a', 8, 0, 1]], R: 1, W: 0, free: 0, e: 0.02, u: 0.12 },
      { s: 2, t: 0.102, run: [['a', 1, 8]], R: 1, W: 0, free: 0, e: 0.023, u: 0.125 },
    ),
    'log',
  )
  expect(samples.map(({ ms }) => Number(ms.toFixed(6)))).toEqual([20, 5])
})

test("SGLang's decode lines name requests alone: what each has is counted along", () => {
  const cfg = {
    ...{ sglang: '0.5.23', kv_tokens: 400, available_at_start: 400, page_size: 1, chunked_prefill_size: 64 },
    ...{
      max_prefill_tokens: 100,
      max_running_requests: 4,
      schedule_policy: 'fcfs',
      overlap: false,
      mixed_chunk: false,
    },
    ...{ radix: true, init_new_token_ratio: 0.7, min_new_token_ratio: 0.1, ratio_decay: 0.001, max_req_len: 101 },
    step_time: { a: 5000, b: 50, c: 100, d: 25 },
  }
  const { scheduler, samples } = samplesOfLog(
    lines(
      { cfg },
      {
        s: 1,
        t: 0,
        k: 'E',
        run: [
          ['a', 10, 0, 1],
          ['b', 6, 4, 1],
        ],
        R: 0,
        W: 0,
        dt: 6000,
      },
      { s: 2, t: 6000, k: 'D', run: ['a', 'b'], R: 2, W: 0, dt: 5200 },
      { s: 3, t: 11200, k: 'D', run: ['b'], R: 1, W: 0, dt: 5100 },
    ),
    'log',
  )
  expect(scheduler).toMatchObject({ engine: 'sglang', numBlocks: 400 })
  expect(samples.map(({ ms }) => ms)).toEqual([6, 5.2, 5.1])
  expect(samples.slice(1).map(({ work }) => work.decodeContextTokens)).toEqual([22, 12])
})

test('what is no log is refused with its place', () => {
  expect(() => samplesOfLog(['{"add":"a","t":0}'], 'log')).toThrow(/log: no configuration/)
  expect(() => samplesOfLog(lines({ cfg: handCfg }, { s: 1, t: 0, run: [['a', 0, 0]], e: 1 }), 'log')).toThrow(
    /log:2: run\.0\.1/,
  )
})

test("what SGLang's extend steps compute are prompts, of one token too; tokens mixed in beside them are decodes", () => {
  const cfg = {
    ...{ sglang: '0.5.23', kv_tokens: 400, available_at_start: 400, page_size: 1, chunked_prefill_size: 64 },
    ...{ max_prefill_tokens: 100, max_running_requests: 4, schedule_policy: 'fcfs', overlap: false, mixed_chunk: true },
    ...{ radix: true, init_new_token_ratio: 0.7, min_new_token_ratio: 0.1, ratio_decay: 0.001, max_req_len: 101 },
    step_time: { a: 5000, b: 50, c: 100, d: 25 },
  }
  const extend = (s: number, run: unknown[]) => ({ s, t: s, k: 'E', run, R: 0, W: 0, dt: 6000 })
  const { samples } = samplesOfLog(
    lines(
      { cfg },
      extend(1, [['a', 1, 9, 1]]),
      extend(2, [
        ['b', 8, 0, 3],
        ['a', 1, 10, 0],
      ]),
      // The last token of its prompt, of which the rest was computed.
      extend(3, [
        ['b', 1, 8, 0],
        ['a', 1, 11, 0],
      ]),
      // It has lost its tokens, and is back with all but one of them found.
      extend(4, [['a', 1, 11, 4]]),
    ),
    'log',
  )
  expect(samples.map(({ work }) => work)).toEqual([
    {
      prefillTokens: 1,
      prefillContextTokens: 10,
      prefills: 1,
      prefillReachTokens: 10,
      decodes: 0,
      decodeContextTokens: 0,
    },
    {
      prefillTokens: 8,
      prefillContextTokens: 36,
      prefills: 1,
      prefillReachTokens: 8,
      decodes: 1,
      decodeContextTokens: 11,
    },
    {
      prefillTokens: 1,
      prefillContextTokens: 9,
      prefills: 1,
      prefillReachTokens: 9,
      decodes: 1,
      decodeContextTokens: 12,
    },
    {
      prefillTokens: 1,
      prefillContextTokens: 12,
      prefills: 1,
      prefillReachTokens: 12,
      decodes: 0,
      decodeContextTokens: 0,
    },
  ])
})
