import { expect, test } from 'vitest'
import { okRecord, unansweredRecord } from '../../../testing/run.fixture.ts'
import type { ReportRequest } from './report-run.ts'
import { requestScatters } from './request-scatters.ts'

/** Waits 50 ms and another for each hundred tokens that are to be computed; then ten tokens, each after 8 ms and another for each ten thousand tokens of the prompt. */
function request(inputTokens: number, cachedTokens: number): ReportRequest {
  const firstTokenMs = 1_000 + 50 + (inputTokens - cachedTokens) / 100
  const lastTokenMs = firstTokenMs + 10 * (8 + inputTokens / 10_000)
  const times = { sentMs: 1_000, firstTokenMs, firstAnswerMs: firstTokenMs, lastTokenMs, doneMs: lastTokenMs }
  return okRecord({ ...times, plannedInputTokens: inputTokens, inputTokens, cachedTokens })
}

const requests = Array.from({ length: 24 }, (_, i) => request(10_000 + 5_000 * i, 1_000 * i * (i % 3)))

test('the wait over what no cache held, and the pace over the whole prompt, each with its line', () => {
  const { ttftByFreshInput, tpotByContext } = requestScatters(requests)
  expect([ttftByFreshInput?.n, tpotByContext?.n]).toEqual([24, 24])
  expect(ttftByFreshInput?.line?.slope).toBeCloseTo(0.01, 9)
  expect(ttftByFreshInput?.line?.at0).toBeCloseTo(50, 6)
  expect(tpotByContext?.line?.slope).toBeCloseTo(1e-4, 9)
  expect(tpotByContext?.line?.at0).toBeCloseTo(8, 6)
})

test('only what was measured, answered and told', () => {
  const { cachedTokens: _, ...untold } = requests[0]!
  const others = [
    { ...requests[1]!, phase: 'warmup' as const },
    unansweredRecord({ kind: 'cancelled' }, { firstTokenMs: 1_200 }),
    untold,
  ]
  expect(requestScatters(others)).toEqual({ tpotByContext: { n: 1 } })
})
