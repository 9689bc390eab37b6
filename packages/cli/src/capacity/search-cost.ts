import { presetOf } from '@reprise/replay-engine/presets'
import { intervalFamilyOf, LEAST_RUNS, type Objective } from '@reprise/result-aggregator/run'
import { timeText } from '../terminal/time-text.ts'
import { nextSize } from './next-size.ts'
import type { Point } from './point.ts'

export interface SearchPlan {
  readonly ladder: readonly number[]
  readonly start: number
  readonly objectives: readonly Objective[]
  readonly preset: string
  readonly duration?: number
  readonly maxRepeats: number
  readonly maxRuns: number
}

/** What a search may cost, before its first run. */
export interface SearchCost {
  /** Sizes that are measured, wherever the capacity lies. */
  readonly sizes: { readonly least: number; readonly most: number }
  /** Runs at a size: where one is too short for an interval, as many as tell how runs differ. */
  readonly runsEach: { readonly least: number; readonly most: number }
  readonly runs: { readonly least: number; readonly most: number }
  /** Measured time of a run; warm-up comes before. Absent: the load ends by itself. */
  readonly windowMs?: number
}

export function searchCost(plan: SearchPlan): SearchCost {
  const { objectives, maxRepeats, maxRuns } = plan
  const windowMs = windowMsOf(plan)
  const leastMs = Math.max(...objectives.map(({ metric }) => intervalFamilyOf(metric).leastMeasuredMs))
  const isLong = windowMs !== undefined && windowMs >= leastMs
  const runsEach = { least: Math.min(isLong ? 1 : LEAST_RUNS, maxRepeats), most: maxRepeats }
  const sizes = sizesMeasured(plan)
  return {
    ...{ sizes, runsEach },
    runs: {
      // One end of the bracket at least is confirmed.
      least: Math.min(maxRuns, (sizes.least - 1) * runsEach.least + Math.min(LEAST_RUNS, maxRepeats)),
      most: Math.min(maxRuns, sizes.most * runsEach.most),
    },
    ...(windowMs !== undefined && { windowMs }),
  }
}

/** `8 to 15 sizes, 1 to 5 runs each ...`: what it costs at least and at most. */
export function renderCost({ sizes, runsEach, runs, windowMs }: SearchCost): string {
  const what = `${span(sizes)} sizes, ${span(runsEach)} runs each: ${span(runs)} runs`
  if (windowMs === undefined) return what
  const measured = span({ least: runs.least * windowMs, most: runs.most * windowMs }, timeText)
  return `${what} of ${timeText(windowMs)}: ${measured} measured, warm-up not counted`
}

function span({ least, most }: SearchCost['runs'], text: (value: number) => string = String): string {
  return text(least) === text(most) ? text(least) : `${text(least)} to ${text(most)}`
}

function windowMsOf({ duration, preset }: SearchPlan): number | undefined {
  const until = presetOf(preset)?.load.until
  return duration ?? (until?.kind === 'window' ? until.durationMs : undefined)
}

function sizesMeasured(plan: SearchPlan): SearchCost['sizes'] {
  const counts = [0, ...plan.ladder].map((most) => measuredBy(most, plan))
  return { least: Math.min(...counts), most: Math.max(...counts) }
}

/** The sizes that are measured where everything up to `most` keeps. */
function measuredBy(most: number, { ladder, start }: SearchPlan): number {
  const points: Point[] = []
  for (;;) {
    const size = nextSize({ ladder, start, points })
    if (size === undefined) return points.length
    points.push({
      size,
      verdict: size <= most ? 'keeps' : 'breaks',
      runs: [],
      shares: [],
      open: false,
      confirmed: true,
    })
  }
}
