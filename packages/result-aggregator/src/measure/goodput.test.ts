import type { RequestRecord } from '@reprise/replay-engine'
import { expect, test } from 'vitest'
import { Slo } from '../result/goodput.ts'
import { okRecord, silentRecord, unansweredRecord } from '../testing/run.fixture.ts'
import { GoodputMeter } from './goodput.ts'

// The plain reply: 100 ms to the first token, 50 ms a token, 600 ms in all, 11 tokens.
function goodputOf(slo: Slo, records: readonly RequestRecord[], windowMs: number | undefined = 2_000) {
  const meter = new GoodputMeter({ slo, windows: [{ startMs: 0, endMs: 2_000 }] })
  for (const record of records) meter.add(record)
  return meter.result({ windowMs, gpus: 2 })
}

test('every objective has to be kept; a bound itself keeps it', () => {
  const records = [okRecord(), okRecord({ firstTokenMs: 1_300 }), okRecord({ lastTokenMs: 1_700 })]
  // The second has 300 ms and 30 ms a token, the third 60 ms a token.
  expect(goodputOf({ ttft: 100, tpot: 50 }, records)).toEqual({
    slo: { ttft: 100, tpot: 50 },
    good: 1,
    judged: 3,
    unjudged: 0,
    broken: { tpot: 1, ttft: 1 },
    share: 1 / 3,
    requestsPerS: 0.5,
    perGpu: 0.25,
  })
})

test('failures and cancelled requests keep none; prompts that no server could serve are not judged', () => {
  const records = [
    okRecord(),
    unansweredRecord({ kind: 'failed', class: 'timeout', message: '' }),
    unansweredRecord({ kind: 'cancelled' }),
    unansweredRecord({ kind: 'truncated', message: '' }),
  ]
  const { good, judged, broken } = goodputOf({ ttft: 100 }, records)
  expect({ good, judged, broken }).toEqual({ good: 1, judged: 3, broken: {} })
})

test('a reply of one token has no pace: neither good nor bad by it, and bad by another (T8)', () => {
  const one = { outputTokens: 1, chunks: 1, lastTokenMs: 1_100 }
  expect(goodputOf({ tpot: 50 }, [okRecord(one), silentRecord()])).toMatchObject({ good: 0, judged: 0, unjudged: 2 })
  expect(goodputOf({ tpot: 50, ttft: 99 }, [okRecord(one)])).toMatchObject({
    judged: 1,
    unjudged: 0,
    broken: { ttft: 1 },
  })
})

test('speeds have to be at least so high', () => {
  expect(goodputOf({ interactivity: 20 }, [okRecord()]).good).toBe(1)
  expect(goodputOf({ interactivity: 20.1 }, [okRecord()]).good).toBe(0)
  // 600 ms for 11 tokens: 18.3 tokens/s.
  expect(goodputOf({ e2e_interactivity: 18.3 }, [okRecord()]).good).toBe(1)
  expect(goodputOf({ e2e_interactivity: 18.4 }, [okRecord()]).good).toBe(0)
})

test('what ended after the window is good and adds nothing to the rate; without a window there is none', () => {
  const late = okRecord({ lastTokenMs: 2_001, doneMs: 2_002 })
  expect(goodputOf({ ttft: 100 }, [late])).toMatchObject({ good: 1, requestsPerS: 0 })
  const meter = new GoodputMeter({ slo: { ttft: 100 }, windows: [] })
  expect(meter.result({ windowMs: undefined, gpus: 2 })).toEqual({
    slo: { ttft: 100 },
    good: 0,
    judged: 0,
    unjudged: 0,
    broken: {},
  })
})

test('an objective about nothing, or of 0, is none', () => {
  expect(Slo.safeParse({}).success).toBe(false)
  expect(Slo.safeParse({ ttft: 0 }).success).toBe(false)
  expect(Slo.safeParse({ chunk_gap: 5 }).success).toBe(false)
})
