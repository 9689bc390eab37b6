import { overlapMs, type TimeWindow } from './time-windows.ts'

/**
 * How much a counter rose in some windows, one value after the other. A rise is spread evenly over the time since the value before; a value
 * that fell is one that began anew at 0.
 */
export class CountedSeries {
  #last: number
  #inWindows = 0

  /** `value`: the first that is known. What was counted before is nobody's. */
  constructor(value: number) {
    this.#last = value
  }

  get inWindows(): number {
    return this.#inWindows
  }

  /** Whether it began anew. What is no number is passed over. */
  next(value: number, since: TimeWindow, windows: readonly TimeWindow[]): boolean {
    if (!Number.isFinite(value)) return false
    const isReset = value < this.#last
    const rise = isReset ? value : value - this.#last
    this.#last = value
    const spanMs = since.endMs - since.startMs
    if (rise > 0 && spanMs > 0) this.#inWindows += (rise * overlapMs(windows, since)) / spanMs
    return isReset
  }

  /** Another process counts from here on, from a value that is not this one's. */
  beginAnew(value: number): void {
    this.#last = value
  }
}
