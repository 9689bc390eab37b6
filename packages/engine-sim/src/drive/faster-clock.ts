import type { Cancel, Clock } from '@reprise/replay-engine/clock'
import type { EngineCounts } from '../core/engine.ts'
import type { RequestTiming } from '../core/engine-request.ts'

/** A clock on which so many times as much time passes. */
export class FasterClock implements Clock {
  readonly #clock: Clock
  readonly #times: number

  constructor(clock: Clock, times: number) {
    this.#clock = clock
    this.#times = times
  }

  now(): number {
    return this.#clock.now() * this.#times
  }

  at(ms: number, run: () => void): Cancel {
    return this.#clock.at(ms / this.#times, run)
  }
}

/** Instants of a faster clock as the clock beneath it has them. */
export function fasterTiming(timing: RequestTiming, times: number): RequestTiming {
  if (times === 1) return timing
  const { queuedMs, scheduledMs, firstTokenMs, transfer } = timing
  const instants = { queuedMs: queuedMs / times, scheduledMs: scheduledMs / times, firstTokenMs: firstTokenMs / times }
  return { ...timing, ...instants, ...(transfer && { transfer: sooner(transfer, times) }) }
}

/** As `fasterTiming`, of what is counted. */
export function fasterCounts(counts: EngineCounts, times: number): EngineCounts {
  const { transfers } = counts
  return times === 1 || !transfers ? counts : { ...counts, transfers: sooner(transfers, times) }
}

function sooner<T extends { readonly blocksWaitMs: number; readonly transferMs: number }>(waits: T, times: number): T {
  return { ...waits, blocksWaitMs: waits.blocksWaitMs / times, transferMs: waits.transferMs / times }
}
