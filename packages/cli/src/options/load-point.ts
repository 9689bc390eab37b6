import { type LoadSize, presetOf } from '@reprise/replay-engine'
import type { LoadOptions } from './load-options.ts'

/** One run of a command: how large its load is. */
export type LoadPoint = LoadSize

/** The runs that the options ask for, in their order: one for each number of lanes, or each rate. A schedule is as large as it is. */
export function loadPoints({
  preset,
  lanes,
  rate,
  ramp,
}: Pick<LoadOptions, 'preset' | 'lanes' | 'rate' | 'ramp'>): LoadPoint[] {
  switch (presetOf(preset)?.load.kind) {
    case 'rate':
      return (rate ?? defaultRates).map((sessionsPerS) => ({ sessionsPerS }))
    case 'schedule':
      return [{}]
    default:
      // The steps of a ramp are of one run.
      if (ramp !== undefined && lanes !== undefined) return [{ lanes: Math.max(...lanes) }]
      return (lanes ?? defaultLanes).map((each) => ({ lanes: each }))
  }
}

/** As a part of a path: `lanes-8`, `rate-2.5`. */
export function nameOfPoint({ lanes, sessionsPerS }: LoadPoint): string {
  if (lanes !== undefined) return `lanes-${lanes}`
  return sessionsPerS === undefined ? 'schedule' : `rate-${sessionsPerS}`
}

/** Whether a folder is called as that of a point. */
export function isPointName(name: string): boolean {
  return /^(lanes-\d+|rate-\d[\d.e+-]*|schedule)$/.test(name)
}

const defaultLanes = [8]
const defaultRates = [1]
