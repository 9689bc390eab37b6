import type { PowerMeterName } from '@reprise/telemetry'
import { longestGapMs } from '../measure/power/device-energy.ts'
import type { PowerMeasure } from '../measure/power/power-measure.ts'
import type { TimelineLevel } from './timeline-source.ts'

/** What accelerators drew by one meter: the mean of all that were read together, and the least and the most of any. */
export function powerLevels(power: PowerMeasure, meter: PowerMeterName): TimelineLevel[] {
  const rounds = power.rounds(meter)
  return Object.entries(drawn).map(([name, height]) => ({
    name,
    unit: 'W',
    points: rounds.map(({ atMs, watts }, i) => ({
      startMs: atMs,
      endMs: Math.min(rounds[i + 1]?.atMs ?? Infinity, atMs + longestGapMs),
      height: height(watts),
    })),
  }))
}

const drawn: Readonly<Record<string, (watts: readonly number[]) => number>> = {
  'power of a GPU, mean': (watts) => watts.reduce((sum, each) => sum + each, 0) / watts.length,
  'power of a GPU, least': (watts) => Math.min(...watts),
  'power of a GPU, most': (watts) => Math.max(...watts),
}
