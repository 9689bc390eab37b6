import type { ServerLevel } from '../../result/server-side.ts'
import { overlapMs, type TimeWindow } from './time-windows.ts'

/** A height that a source told and that held for a time. */
export interface LevelSpan extends TimeWindow {
  /** Over the engines of the source. */
  readonly sum: number
  readonly engines: number
  readonly max: number
}

/** The height of several sources together, in a time in which all of them were known. */
export interface JointLevel extends TimeWindow {
  readonly sum: number
  readonly engines: number
  readonly max: number
}

/** The spans of several sources, each in the order of time, laid over one another. */
export function joinLevels(sources: readonly (readonly LevelSpan[])[]): JointLevel[] {
  const edges = [...new Set(sources.flat().flatMap(({ startMs, endMs }) => [startMs, endMs]))].sort((a, b) => a - b)
  const places = sources.map(() => 0)
  return edges.slice(0, -1).flatMap((startMs, at) => {
    const now = sources.map((spans, source) => {
      while ((spans[places[source]!]?.endMs ?? Number.POSITIVE_INFINITY) <= startMs) places[source]! += 1
      const span = spans[places[source]!]
      return span && span.startMs <= startMs ? span : undefined
    })
    if (now.length === 0 || now.includes(undefined)) return []
    const known = now as LevelSpan[]
    return {
      startMs,
      endMs: edges[at + 1]!,
      sum: known.reduce((sum, each) => sum + each.sum, 0),
      engines: known.reduce((sum, each) => sum + each.engines, 0),
      max: Math.max(...known.map(({ max }) => max)),
    }
  })
}

/** Of a sum, or of the mean over engines with the largest of any; weighed by time. `undefined` where nothing is known in the windows. */
export function levelFigures(
  joint: readonly JointLevel[],
  { windows, as }: { readonly windows: readonly TimeWindow[]; readonly as: 'sum' | 'mean' },
): (ServerLevel & { readonly coveredMs: number }) | undefined {
  const held = joint
    .map((level) => ({
      ms: overlapMs(windows, level),
      height: as === 'sum' ? level.sum : level.sum / level.engines,
      top: as === 'sum' ? level.sum : level.max,
    }))
    .filter(({ ms }) => ms > 0)
    .sort((one, other) => one.height - other.height)
  if (held.length === 0) return undefined
  const coveredMs = held.reduce((sum, { ms }) => sum + ms, 0)
  const mean = held.reduce((sum, { ms, height }) => sum + ms * height, 0) / coveredMs
  return { mean, p90: heightBelow(held, 0.9 * coveredMs), max: Math.max(...held.map(({ top }) => top)), coveredMs }
}

/** The height that is not exceeded for so long. */
function heightBelow(rising: readonly { readonly ms: number; readonly height: number }[], wantedMs: number): number {
  let belowMs = 0
  for (const { ms, height } of rising) {
    belowMs += ms
    if (belowMs >= wantedMs) return height
  }
  return rising.at(-1)!.height
}
