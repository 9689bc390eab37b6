import { expect, test } from 'vitest'
import { monotonicOriginMs } from './monotonic-origin.ts'
import { WallClock } from './wall-clock.ts'

const monotonicMs = () => Number(process.hrtime.bigint()) / 1e6

/** A clock that began at 5,000 ms of a monotonic clock which goes on by `betweenMs` between the reading of the one and of the other. */
function clocks(betweenMs: (reading: number) => number) {
  let monotonicMs = 7_000
  let reading = 0
  const now = () => {
    monotonicMs += betweenMs(reading)
    reading += 1
    return monotonicMs - 5_000
  }
  return { clock: { now, at: () => () => {} }, readMonotonicMs: () => monotonicMs }
}

test('an origin is where the clock says 0 on the monotonic clock, as the quickest of many readings tells it', () => {
  const { clock, readMonotonicMs } = clocks((reading) => (reading === 77 ? 0 : 3.5))
  expect(monotonicOriginMs(clock, readMonotonicMs)).toBe(5_000)
})

test('it is never later than the truth', () => {
  const { clock, readMonotonicMs } = clocks(() => 0.25)
  expect(monotonicOriginMs(clock, readMonotonicMs)).toBe(4_999.75)
})

test('of a clock of real time it is on the monotonic clock of this machine', () => {
  const clock = new WallClock()
  const afterMs = monotonicMs()
  const originMs = monotonicOriginMs(clock)
  expect(originMs).toBeLessThanOrEqual(afterMs)
  // In another unit, or on another clock, it would be beside it by far more than a stalled machine can be.
  expect(originMs).toBeGreaterThan(afterMs - 600_000)
})
