import { describe, expect, test } from 'vitest'
import { judged, phases, run, windowMs } from '../testing/judged-run.fixture.ts'
import { okRecord, runHeader } from '../testing/run.fixture.ts'
import { buildResult } from './build-result.ts'

describe('a load that drifts', () => {
  test('prompts that grow from the first third to the last, in every lane', () => {
    const growing = run((i) => {
      const inputTokens = 1000 + 3 * i + 10 * (i % 7)
      return { inputTokens, plannedInputTokens: inputTokens }
    })
    const { reasons, result } = judged(growing)
    const third = (from: number, to: number) => growing.slice(from, to).map(({ inputTokens }) => inputTokens!)
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
    // (i + 0.9) / 200: below a third up to 65, from two thirds on with 133.
    const [first, last] = [mean(third(0, 66)), mean(third(133, 200))]
    expect(result.steadiness?.inputTokens).toMatchObject({
      first: expect.closeTo(first, 6),
      last: expect.closeTo(last, 6),
    })
    expect(reasons).toHaveLength(1)
    expect(reasons[0]).toMatch(
      new RegExp(
        `^unsteady: the first and the last third of the window differ: prompts of ${first.toFixed(0)}, then ${last.toFixed(0)} tokens`,
      ),
    )
  })
  test('the standard error is that of sums over lanes', () => {
    // Three lanes with one request in each third: differences of 100, 200 and 600 tokens, 300 on average.
    const records = [0, 1, 2].flatMap((lane) =>
      [0.1, 0.9].map((at, later) => {
        const inputTokens = 1000 + later * [100, 200, 600][lane]!
        return okRecord({ lane, sentMs: at * windowMs, doneMs: at * windowMs + 500, inputTokens })
      }),
    )
    const { first, last, standardError } = judged(records).result.steadiness!.inputTokens
    expect([first, last]).toEqual([1000, 1300])
    // Residuals -200/3, -100/3, 300/3; their squares sum up to 140,000/9; times 3/2.
    expect(standardError).toBeCloseTo(Math.sqrt((140_000 / 9) * 1.5), 9)
  })
  test('one lane with longer prompts at the end is chance', () => {
    const records = run((i) => (i % 16 === 3 && i > 140 ? { inputTokens: 9000, plannedInputTokens: 9000 } : {}))
    expect(judged(records).reasons.filter((reason) => reason.startsWith('unsteady'))).toEqual([])
  })
  test('requests that stay in flight', () => {
    const { reasons } = judged(run((i) => ({ doneMs: ((i + 0.9) / 200) * windowMs + 1000 + 50 * i })))
    expect(reasons[0]).toMatch(/^unsteady: .* requests in flight/)
  })
  test('of a run that was given up it is no news', () => {
    const records = run((i) => ({ doneMs: ((i + 0.9) / 200) * windowMs + 1000 + 50 * i }))
    const result = buildResult({ header: runHeader(), records, phases, ended: 'stopped' })
    expect(result.validity.reasons.filter((reason) => reason.startsWith('unsteady'))).toEqual([])
  })
})
