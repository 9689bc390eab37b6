import { expect, test } from 'vitest'
import { failureThreshold } from './failure-threshold.ts'

/** How many of these outcomes are seen before the run is given up; undefined: it goes on. */
function givenUpAfter(outcomes: readonly ('ok' | 'failed')[], lanes?: number): number | undefined {
  const shouldStop = failureThreshold(lanes)
  const counts = { requests: 0, ok: 0, failed: 0, truncated: 0, cancelled: 0 }
  for (const outcome of outcomes) {
    counts.requests += 1
    counts[outcome] += 1
    if (shouldStop({ ...counts })) return counts.requests
  }
  return undefined
}

const ok = (n: number) => new Array<'ok'>(n).fill('ok')
const failed = (n: number) => new Array<'failed'>(n).fill('failed')

test('more than a tenth failed, of fifty or more', () => {
  expect(givenUpAfter(failed(80))).toBe(50)
  expect(givenUpAfter([...failed(5), ...ok(100)])).toBeUndefined()
  expect(givenUpAfter([...ok(90), ...failed(10)])).toBeUndefined()
  expect(givenUpAfter([...ok(90), ...failed(11)])).toBe(101)
})

test('a hundred in a row, however many went well before; two for each lane where that is more', () => {
  expect(givenUpAfter([...ok(5_000), ...failed(300)])).toBe(5_100)
  expect(givenUpAfter([...ok(5_000), ...failed(99), ...ok(1), ...failed(99)])).toBeUndefined()
  expect(givenUpAfter([...ok(9_000), ...failed(600)], 256)).toBe(9_512)
})
