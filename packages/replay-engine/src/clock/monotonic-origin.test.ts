import { expect, test } from 'vitest'
import { monotonicOriginMs } from './monotonic-origin.ts'
import { WallClock } from './wall-clock.ts'

const monotonicMs = () => Number(process.hrtime.bigint()) / 1e6

test('an origin is where the clock says 0 on the monotonic clock', () => {
  const clock = { now: () => monotonicMs() - 5_000, at: () => () => {} }
  const originMs = monotonicOriginMs(clock)
  // Never later than the truth; earlier only by what the quickest of many readings took.
  expect(originMs).toBeLessThanOrEqual(5_000)
  expect(originMs).toBeCloseTo(5_000, 0)
})

test('it lies between the instants around its making', () => {
  const beforeMs = monotonicMs()
  const clock = new WallClock()
  const afterMs = monotonicMs()
  const originMs = monotonicOriginMs(clock)
  const reading = 0.5
  expect(originMs).toBeGreaterThan(beforeMs - reading)
  expect(originMs).toBeLessThan(afterMs + reading)
})
