import { type CounterChange, Counters } from './counters.ts'
import { flowsOf } from './flows.ts'
import { TimeQueue } from './time-queue.ts'
import type { TimelineLevel, TimelineRequest, TimelineSource, TimelineTool } from './timeline-source.ts'
import { sliceTimes, type TimedEvent, type TraceEvent } from './trace-event.ts'
import { type PlacedSlice, phasesTid, type Tracks, tracksOf } from './tracks.ts'

/**
 * Some sources laid over one another, a process each, as events of Chrome's trace format: names first, then everything in the order of its
 * time. Each source begins where its own clock does, or at 0 where that is later than its first instant.
 *
 * A session is a track with a slice for every request, its stages inside, and what lies between two of them; its tools are a track below.
 * Only what is on at an instant is held as events.
 */
export function* timelineEvents(sources: readonly TimelineSource[]): Generator<TraceEvent> {
  let flows = 0
  const placed = sources.map((source, index) => {
    const [pid, shifted] = [index + 1, fromZero(source)]
    const tracks = tracksOf(shifted, pid)
    return { source: shifted, pid, tracks, ends: flowsOf(tracks, pid, () => ++flows) }
  })
  for (const { tracks } of placed) yield* tracks.names
  const beginnings = placed
    .flatMap(({ source, pid, tracks, ends }) => beginningsOf(source, { pid, tracks, ends }))
    .sort((a, b) => a.ts - b.ts)
  const sweep = new Sweep(sources.length)
  for (const { ts, items } of beginnings) {
    yield* sweep.until(ts)
    for (const item of items()) sweep.add(item)
  }
  yield* sweep.until(Number.POSITIVE_INFINITY)
}

function fromZero(source: TimelineSource): TimelineSource {
  const starts = [...source.requests, ...source.tools].map(({ startMs, endMs }) => startMs ?? endMs ?? 0)
  const shiftMs = starts.reduce((least, ms) => Math.min(least, ms), 0)
  if (shiftMs === 0) return source
  const later = <Span extends object>(span: Span): Span =>
    Object.fromEntries(
      Object.entries(span).map(([name, value]) => [
        name,
        typeof value === 'number' && name.endsWith('Ms') ? value - shiftMs : value,
      ]),
    ) as Span
  return {
    ...source,
    requests: source.requests.map((request) => ({ ...later(request), stages: request.stages.map(later) })),
    tools: source.tools.map(later),
    phases: source.phases.map(later),
    ...(source.levels && {
      levels: source.levels.map((level) => ({ ...level, points: level.points.map(later) })),
    }),
  }
}

type Item = TimedEvent | CounterChange
type Slice = PlacedSlice<TimelineRequest | TimelineTool>

/** Something that begins, and whatever follows from it: nothing of that lies before it. */
interface Beginning {
  readonly ts: number
  readonly items: () => Iterable<Item>
}

interface Place {
  readonly pid: number
  readonly tracks: Tracks
  readonly ends: ReadonlyMap<Slice, readonly TimedEvent[]>
}

function beginningsOf({ phases, levels = [] }: TimelineSource, place: Place): Beginning[] {
  const { pid, tracks, ends } = place
  const last = tracks.requests.flat().reduce((latest, { ts, dur }) => Math.max(latest, ts + dur), 0)
  const ofRequests = tracks.requests.flatMap((own) => {
    const gaps = gapsOf(own, pid)
    return own.map((slice, index): Beginning => ({ ts: slice.ts, items: () => itemsOf(slice, gaps[index], place) }))
  })
  const ofTools = tracks.tools.flat().map(
    (slice): Beginning => ({
      ts: slice.ts,
      items: () => [toolSlice(slice, pid), ...(ends.get(slice) ?? [])],
    }),
  )
  const ofPhases = phases.map(({ name, startMs, endMs = last / 1000 }): Beginning => {
    const times = sliceTimes(startMs, endMs)
    return { ts: times.ts, items: () => [{ ph: 'X', name, cat: 'phase', pid, tid: phasesTid, ...times, args: {} }] }
  })
  return [...ofPhases, ...ofRequests, ...ofTools, ...levels.flatMap((level) => beginningsOfLevel(level, pid))]
}

/** What lies before the source's 0 is left out: a sampler begins before the run does. */
function beginningsOfLevel({ name, unit, points }: TimelineLevel, pid: number): Beginning[] {
  return points
    .filter(({ startMs }) => startMs >= 0)
    .map(({ startMs, height }) => {
      const { ts } = sliceTimes(startMs, startMs)
      return { ts, items: () => [{ ph: 'C', name, ts, pid, args: { [unit]: height } }] }
    })
}

function* itemsOf(slice: PlacedSlice<TimelineRequest>, gap: TimedEvent | undefined, place: Place): Generator<Item> {
  const { what, ts, dur, tid } = slice
  const { pid, ends } = place
  const { id, name, stages, facts } = what
  yield { ph: 'X', name, cat: 'request', ts, dur, pid, tid, args: { id, ...facts } }
  let from = ts
  for (const stage of stages) {
    const times = sliceTimes(stage.startMs, stage.endMs)
    // Rounding must not let a stage reach out of its request, or into the one before it.
    const begin = Math.max(from, times.ts)
    const end = Math.min(ts + dur, times.ts + times.dur)
    if (end <= begin || stage.endMs <= stage.startMs) continue
    yield { ph: 'X', name: stage.name, cat: 'stage', ts: begin, dur: end - begin, pid, tid, args: {} }
    from = end
  }
  if (gap) yield gap
  yield* ends.get(slice) ?? []
  yield* changesOf(slice, pid)
}

/** What lies behind each request of a session: from when nothing of the session is on until its next one, on its first track. */
function gapsOf(own: readonly PlacedSlice<TimelineRequest>[], pid: number): (TimedEvent | undefined)[] {
  let latest = 0
  return own.map(({ what, ts, dur }, index) => {
    latest = Math.max(latest, ts + dur)
    const next = own[index + 1]
    if (!next || next.ts <= latest) return undefined
    return {
      ph: 'X',
      name: what.gapName,
      cat: 'gap',
      ts: latest,
      dur: next.ts - latest,
      pid,
      tid: own[0]!.tid,
      args: {},
    }
  })
}

function toolSlice({ what, ts, dur, tid }: PlacedSlice<TimelineTool>, pid: number): TimedEvent {
  const { name, failed, startMs, endMs } = what
  const known = startMs !== undefined && endMs !== undefined
  return { ph: 'X', name, cat: 'tool', ts, dur, pid, tid, args: { failed, ...(!known && { durationKnown: false }) } }
}

/** A request counts from when it was sent; its wait for a first token, where anybody saw that. */
function* changesOf({ what, ts, dur }: PlacedSlice<TimelineRequest>, pid: number): Generator<CounterChange> {
  const { sentMs, firstTokenMs, stages, inputTokens, hitTokens } = what
  if (sentMs === undefined) return
  const end = ts + dur
  const within = (ms: number) => Math.min(end, Math.max(ts, Math.round(ms * 1000)))
  const sent = within(sentMs)
  const waits = stages.some(({ name }) => name.startsWith('queue')) ? 1 : 0
  const answered = waits && firstTokenMs !== undefined ? Math.max(sent, within(firstTokenMs)) : end
  yield { ts: sent, pid, inFlight: 1, waiting: waits, tokens: inputTokens }
  if (answered < end) yield { ts: answered, pid, inFlight: 0, waiting: -waits, tokens: 0 }
  yield {
    ...{ ts: end, pid, inFlight: -1, waiting: answered < end ? 0 : -waits, tokens: -inputTokens },
    ...(hitTokens !== undefined && { ended: { inputTokens, hitTokens } }),
  }
}

/** Holds what is on and lets it out in the order of time; counters show once for every instant at which they change. */
class Sweep {
  readonly #queue = new TimeQueue<Item>()
  readonly #counters: readonly Counters[]
  /** Sources whose counters changed at the instant `#ts`. */
  readonly #changed = new Set<number>()
  #ts = 0

  constructor(sources: number) {
    this.#counters = Array.from({ length: sources }, (_, index) => new Counters(index + 1))
  }

  add(item: Item): void {
    this.#queue.add(item, rankOf(item))
  }

  *until(ts: number): Generator<TimedEvent> {
    for (const item of this.#queue.before(ts)) {
      if (item.ts > this.#ts) yield* this.#show()
      this.#ts = item.ts
      if ('ph' in item) yield item
      else {
        this.#counters[item.pid - 1]!.apply(item)
        this.#changed.add(item.pid)
      }
    }
    if (ts > this.#ts) yield* this.#show()
  }

  *#show(): Generator<TimedEvent> {
    for (const pid of this.#changed) yield* this.#counters[pid - 1]!.events(this.#ts)
    this.#changed.clear()
  }
}

/**
 * Of what begins at one instant, what lies around stands first, so that readers nest it right, and an arrow leaves before it arrives; of
 * counters, what ends before what begins.
 */
function rankOf(item: Item): number {
  if (!('ph' in item)) return item.inFlight < 0 ? 3 : 4
  return item.ph === 'X' ? -item.dur : item.ph === 's' ? 1 : 2
}
