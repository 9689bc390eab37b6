/**
 * Time as replay sees it: milliseconds since the run's origin, never backwards.
 *
 * `WallClock` and `VirtualClock` are its two adapters; `clock.contract.ts` is the suite both pass.
 */
export interface Clock {
  /**
   * The date, ISO 8601, of the instant at which it was made: its 0, or, of a clock that goes on with another's instants, the one it goes on
   * from. Absent on virtual time.
   */
  readonly startedAt?: string | undefined
  /** Milliseconds since the run's origin. */
  now(): number
  /** Calls `run` once at `ms`, or as soon after as can be; an instant in the past means now. Equal instants run in the order they were asked for. */
  at(ms: number, run: () => void): Cancel
}

/** Takes the call back; harmless after it has run. */
export type Cancel = () => void
