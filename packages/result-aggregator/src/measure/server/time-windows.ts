/** A time with an end. */
export interface TimeWindow {
  readonly startMs: number
  readonly endMs: number
}

/** How much of a time lies in windows that are apart from each other. */
export function overlapMs(windows: readonly TimeWindow[], { startMs, endMs }: TimeWindow): number {
  let sum = 0
  for (const window of windows) sum += Math.max(0, Math.min(endMs, window.endMs) - Math.max(startMs, window.startMs))
  return sum
}

export function lengthMs(windows: readonly TimeWindow[]): number {
  return windows.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0)
}
