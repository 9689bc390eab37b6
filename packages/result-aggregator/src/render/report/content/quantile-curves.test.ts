import { expect, test } from 'vitest'
import { okRecord, unansweredRecord } from '../../../testing/run.fixture.ts'
import { QUANTILE_SHARES } from '../client/quantile-curve.ts'
import { quantileCurves } from './quantile-curves.ts'

/** Eleven requests with times to first token of 0, 10 and so on to 100 ms. */
const eleven = Array.from({ length: 11 }, (_, i) =>
  okRecord({
    sentMs: 1000,
    firstTokenMs: 1000 + 10 * i,
    firstAnswerMs: 1000 + 10 * i,
    lastTokenMs: 1500,
    doneMs: 1500,
  }),
)
const at = (share: number) => (QUANTILE_SHARES as readonly number[]).indexOf(share)

test('a curve runs through the percentiles, linear between neighbours, as far as the last value but one', () => {
  const [ttft] = quantileCurves(eleven)
  expect(ttft).toMatchObject({ name: 'ttft', n: 11 })
  expect([at(0), at(0.5), at(0.75), at(0.9)].map((index) => ttft!.values[index])).toEqual([0, 50, 75, 90])
  expect(ttft!.values).toHaveLength(at(0.9) + 1)
  expect(ttft).not.toHaveProperty('withFailures')
})

test('it ends where it would touch what was cut off, and with failures where it would touch one', () => {
  const sent = { sentMs: 1000, doneMs: 2000 }
  const failed = unansweredRecord({ kind: 'failed', class: 'timeout', message: '' }, sent)
  const [ttft] = quantileCurves([...eleven, failed, unansweredRecord({ kind: 'cancelled' }, sent)])
  // Twelve with the one cut off: p90 is between the tenth and the eleventh, of thirteen it is beyond them.
  expect(ttft!.n).toBe(12)
  expect(ttft!.values.at(-1)).toBe(99)
  expect(ttft!.withFailures).toHaveLength(at(0.8) + 1)
})

test('what was sent outside the profiling phase is in no curve', () => {
  expect(quantileCurves(eleven.map((record) => ({ ...record, phase: 'warmup' as const })))).toEqual([])
})
