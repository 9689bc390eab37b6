import { printable } from '@reprise/safe-text'
import { lanesOf } from './lanes.ts'
import type { TimelineRequest, TimelineSource, TimelineTool } from './timeline-source.ts'
import { sliceTimes, type TraceEvent } from './trace-event.ts'

/** A request or a tool, at its place. */
export interface PlacedSlice<What> {
  readonly what: What
  readonly ts: number
  readonly dur: number
  readonly tid: number
}

/** Where everything of a source stands. A session has a track for its requests and one for its tools; more where they overlap. */
export interface Tracks {
  readonly names: readonly TraceEvent[]
  /** Of each session, by start. */
  readonly requests: readonly (readonly PlacedSlice<TimelineRequest>[])[]
  readonly tools: readonly (readonly PlacedSlice<TimelineTool>[])[]
}

/** The track of the phases. */
export const phasesTid = 1

/** `pid` is the process that stands for the source. */
export function tracksOf(source: TimelineSource, pid: number): Tracks {
  const names: TraceEvent[] = [nameOf('process_name', source.name, pid), sortOf('process_sort_index', pid, pid)]
  if (source.phases.length > 0) names.push(nameOf('thread_name', 'phases', pid, phasesTid))
  let next = phasesTid + 1
  const track = (name: string, place: number): number => {
    const tid = next++
    names.push(nameOf('thread_name', name, pid, tid), sortOf('thread_sort_index', place, pid, tid))
    return tid
  }
  const placed = <What extends { readonly session: number }>(
    all: readonly What[],
    timesOf: TimesOf<What>,
    word: string,
  ) => {
    const bySession = Map.groupBy(all, ({ session }) => session)
    return source.sessions.map(({ name }, session) => {
      const sorted = (bySession.get(session) ?? []).map((what) => ({ what, ...timesOf(what) }))
      sorted.sort((a, b) => a.ts - b.ts)
      const lanes = lanesOf(sorted)
      const tids = Array.from({ length: lanes.reduce((most, lane) => Math.max(most, lane + 1), 0) }, (_, lane) =>
        // Its tools stand under a session.
        track(`${name}${word}${lane > 0 ? ` [${lane + 1}]` : ''}`, 2 * session + (word === '' ? 1 : 2)),
      )
      return sorted.map((slice, index) => ({ ...slice, tid: tids[lanes[index]!]! }))
    })
  }
  const requests = placed(source.requests, ({ startMs, endMs }) => sliceTimes(startMs, endMs), '')
  const tools = placed(source.tools, ({ startMs, endMs }) => sliceTimes(startMs ?? endMs ?? 0, endMs), ' tools')
  return { names, requests, tools }
}

type TimesOf<What> = (what: What) => { readonly ts: number; readonly dur: number }

function nameOf(kind: string, name: string, pid: number, tid?: number): TraceEvent {
  return { ph: 'M', name: kind, pid, ...(tid !== undefined && { tid }), args: { name: printable(name, 300) } }
}

function sortOf(kind: string, index: number, pid: number, tid?: number): TraceEvent {
  return { ph: 'M', name: kind, pid, ...(tid !== undefined && { tid }), args: { sort_index: index } }
}
