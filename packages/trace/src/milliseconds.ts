/**
 * Seconds of a trace file as milliseconds, to the microsecond.
 *
 * The rounding makes the way back exact: what was read, written in seconds and read again is the same number.
 */
export function msOfSeconds(seconds: number): number {
  return Math.round(seconds * 1e6) / 1e3
}

/** Milliseconds without the dust that adding and subtracting leaves beyond the microsecond. */
export function roundMs(ms: number): number {
  return Math.round(ms * 1e3) / 1e3
}
