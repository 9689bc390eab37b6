import type { Cancel, Clock } from './clock.ts'

/** A clock whose instants go on from `fromMs` where the given one begins at 0: the time of a resumed run. */
export class ContinuedClock implements Clock {
  readonly #clock: Clock
  readonly #fromMs: number

  constructor(clock: Clock, fromMs: number) {
    this.#clock = clock
    this.#fromMs = fromMs
  }

  get startedAt(): string | undefined {
    return this.#clock.startedAt
  }

  now(): number {
    return this.#clock.now() + this.#fromMs
  }

  at(ms: number, run: () => void): Cancel {
    const ownMs = ms - this.#fromMs
    // Rounding must not make a callback early.
    const isEarly = ownMs + this.#fromMs < ms
    return this.#clock.at(isEarly ? ownMs + 2 * Number.EPSILON * ms : ownMs, run)
  }
}
