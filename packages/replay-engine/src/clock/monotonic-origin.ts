import type { Clock } from './clock.ts'

/**
 * Where the origin of a clock of real time lies on this machine's monotonic clock, in milliseconds.
 *
 * Processes of one machine share that clock (CLOCK_MONOTONIC on Linux; its like on macOS and Windows), so that two of them can lay
 * their instants side by side. It means nothing on another machine, or after a restart.
 */
export function monotonicOriginMs(clock: Clock, readMonotonicMs: () => number = readHrtimeMs): number {
  let originMs = Number.NEGATIVE_INFINITY
  // Whatever comes between the two readings makes the difference smaller than the truth, so the largest is the nearest.
  for (let reading = 0; reading < READINGS; reading += 1) {
    const monotonicMs = readMonotonicMs()
    originMs = Math.max(originMs, monotonicMs - clock.now())
  }
  return originMs
}

const READINGS = 1_000

function readHrtimeMs(): number {
  return Number(process.hrtime.bigint()) / 1e6
}
