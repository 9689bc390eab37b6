import type { TimeWindow } from '../server/time-windows.ts'

/** What a device drew at an instant. */
export interface PowerReading {
  readonly atMs: number
  readonly watts: number
}

/** Longer than this nobody guesses what was drawn. Source: InferenceX's power adapter. */
export const longestGapMs = 3_000

/**
 * Joules of a device in a window: trapezoids between readings, cut at the window's edges by straight lines. Readings stand in the order of
 * time. In words, why there is no such figure: the window does not lie between readings, or two of them are too far apart.
 */
export function deviceEnergyJ(readings: readonly PowerReading[], { startMs, endMs }: TimeWindow): number | string {
  if (readings.some(({ watts }) => !(watts >= 0 && watts < mostWatts)))
    return 'a reading is none that a device can draw'
  const first = readings.findLastIndex(({ atMs }) => atMs <= startMs)
  const last = readings.findIndex(({ atMs }) => atMs >= endMs)
  if (first < 0 || last < 0) return 'the readings do not enclose the window'
  let joules = 0
  for (let at = first; at < last; at += 1) {
    const [from, to] = [readings[at]!, readings[at + 1]!]
    const gapMs = to.atMs - from.atMs
    if (gapMs > longestGapMs) return `${(gapMs / 1_000).toFixed(1)} s passed between two readings`
    const [beginMs, stopMs] = [Math.max(startMs, from.atMs), Math.min(endMs, to.atMs)]
    if (stopMs > beginMs)
      joules += ((heightAt(from, to, beginMs) + heightAt(from, to, stopMs)) / 2) * ((stopMs - beginMs) / 1_000)
  }
  return joules
}

/** No accelerator draws a tenth of it. */
const mostWatts = 20_000

function heightAt(from: PowerReading, to: PowerReading, ms: number): number {
  return from.watts + ((to.watts - from.watts) * (ms - from.atMs)) / (to.atMs - from.atMs)
}
