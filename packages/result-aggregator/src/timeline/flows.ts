import type { TimelineRequest, TimelineTool, TimelineWait } from './timeline-source.ts'
import type { TimedEvent } from './trace-event.ts'
import type { PlacedSlice, Tracks } from './tracks.ts'

type Slice = PlacedSlice<TimelineRequest | TimelineTool>

/** The arrows of a source: both of their ends, by the slice that they lie in. */
export function flowsOf({ requests, tools }: Tracks, pid: number, nextId: () => number): Map<Slice, TimedEvent[]> {
  const ends = new Map<Slice, TimedEvent[]>()
  const slices = new Map(requests.flat().map((slice) => [slice.what.id, slice] as const))
  const put = (slice: Slice, event: TimedEvent): void => {
    const known = ends.get(slice)
    if (known) known.push(event)
    else ends.set(slice, [event])
  }
  /** An arrow leaves inside the slice that it comes from, and never after it arrives. */
  const arrow = (name: string, from: Slice, to: Slice, trigger: TimelineWait['trigger']): void => {
    const ts = trigger === 'dispatch' ? from.ts : Math.max(from.ts, Math.min(from.ts + from.dur - 1, to.ts))
    if (ts > to.ts) return
    const common = { name, cat: 'flow', id: nextId(), pid }
    put(from, { ph: 's', ...common, ts, tid: from.tid })
    put(to, { ph: 'f', ...common, ts: to.ts, tid: to.tid, bp: 'e' })
  }
  for (const slice of requests.flat()) {
    for (const { id, relation, trigger } of slice.what.waitsFor) {
      const from = slices.get(id)
      if (from) arrow(relation, from, slice, trigger)
    }
  }
  for (const [session, own] of tools.entries()) {
    for (const tool of own) {
      const turns = requests[session]!
      const caller = turns.findLast(({ ts }) => ts <= tool.ts)
      const next = turns.find(({ ts }) => ts >= tool.ts + tool.dur)
      if (caller) arrow('calls', caller, tool, 'completion')
      if (next) arrow('answers', tool, next, 'completion')
    }
  }
  return ends
}
