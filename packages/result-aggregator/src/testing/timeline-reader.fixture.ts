import { expect } from 'vitest'
import { z } from 'zod'

const whole = z.int().nonnegative()
const placed = { name: z.string().min(1), ts: whole, pid: z.int().positive() }
const Event = z.discriminatedUnion('ph', [
  z.strictObject({
    ph: z.literal('M'),
    name: z.enum(['process_name', 'process_sort_index', 'thread_name', 'thread_sort_index']),
    pid: z.int().positive(),
    tid: whole.optional(),
    args: z.looseObject({}),
  }),
  z.strictObject({
    ...{ ph: z.literal('X'), ...placed, tid: whole, dur: z.int().positive() },
    cat: z.enum(['request', 'stage', 'gap', 'tool', 'phase']),
    args: z.looseObject({ id: z.string().optional() }),
  }),
  z.strictObject({ ph: z.literal('s'), ...placed, tid: whole, cat: z.literal('flow'), id: z.int() }),
  z.strictObject({
    ph: z.literal('f'),
    ...placed,
    tid: whole,
    cat: z.literal('flow'),
    id: z.int(),
    bp: z.literal('e'),
  }),
  z.strictObject({ ph: z.literal('C'), ...placed, args: z.record(z.string(), z.number()) }),
])
const File = z.strictObject({ displayTimeUnit: z.literal('ms'), traceEvents: z.array(Event) })
type AnyEvent = z.infer<typeof Event>
export type SliceEvent = Extract<AnyEvent, { ph: 'X' }>
type FlowEvent = Extract<AnyEvent, { ph: 's' | 'f' }>

/** What a timeline file holds, once it has been read as a viewer reads it. */
export interface ReadTimeline {
  readonly processes: readonly string[]
  readonly slices: readonly SliceEvent[]
  /** Arrows by name. */
  readonly arrows: Readonly<Record<string, number>>
  /** Names of counters, and the most that each ever was. */
  readonly counters: Readonly<Record<string, number>>
  count(category: SliceEvent['cat'], pid?: number): number
}

/**
 * Reads a file as a viewer does, and fails where one would draw nonsense: events out of order, slices that cross, arrows with one end or
 * none in a slice, counters below 0, tracks without a name.
 */
export function readTimeline(text: string): ReadTimeline {
  const { traceEvents } = File.parse(JSON.parse(text))
  const names = traceEvents.filter((event) => event.ph === 'M')
  const timed = traceEvents.slice(names.length).filter((event) => event.ph !== 'M')
  expect(timed.length, 'names come first').toBe(traceEvents.length - names.length)
  for (const [at, event] of timed.entries())
    if (at > 0) expect(event.ts, `event ${at} is in order`).toBeGreaterThanOrEqual(timed[at - 1]!.ts)
  const slices = timed.filter((event) => event.ph === 'X')
  expectNamed(timed, names)
  expectNested(slices)
  expectOnce(slices)
  return {
    processes: names.flatMap(({ name, args }) => (name === 'process_name' ? [String(args.name)] : [])),
    slices,
    arrows: arrowsOf(timed, slices),
    counters: countersOf(timed),
    count: (category, pid) =>
      slices.filter((slice) => slice.cat === category && (pid ?? slice.pid) === slice.pid).length,
  }
}

function expectNamed(timed: readonly AnyEvent[], names: readonly AnyEvent[]): void {
  const known = new Set(names.map((event) => ('tid' in event ? `${event.pid}.${event.tid}` : `${event.pid}`)))
  for (const event of timed) {
    expect(known.has(`${event.pid}`), `process ${event.pid} has a name`).toBe(true)
    if ('tid' in event)
      expect(known.has(`${event.pid}.${event.tid}`), `track ${event.pid}.${event.tid} has a name`).toBe(true)
  }
}

/** One that begins inside another ends inside it, and a stage lies in a request. */
function expectNested(slices: readonly SliceEvent[]): void {
  for (const [track, own] of Map.groupBy(slices, ({ pid, tid }) => `${pid}.${tid}`)) {
    const open: { readonly end: number; readonly cat: string }[] = []
    for (const { ts, dur, name, cat } of own) {
      while (open.length > 0 && open.at(-1)!.end <= ts) open.pop()
      const around = open.at(-1)
      if (around) expect(ts + dur, `${name} at ${ts} of track ${track} nests`).toBeLessThanOrEqual(around.end)
      if (cat === 'stage') expect(around?.cat, `${name} at ${ts} of track ${track} lies in`).toBe('request')
      open.push({ end: ts + dur, cat })
    }
  }
}

function expectOnce(slices: readonly SliceEvent[]): void {
  for (const [pid, own] of Map.groupBy(slices, (slice) => slice.pid)) {
    const ids = own.filter(({ cat }) => cat === 'request').map(({ args }) => args.id)
    expect(new Set(ids).size, `request ids of process ${pid} are unique`).toBe(ids.length)
    expect(ids).not.toContain(undefined)
  }
}

function arrowsOf(timed: readonly AnyEvent[], slices: readonly SliceEvent[]): Record<string, number> {
  const flows = timed.filter((event): event is FlowEvent => event.ph === 's' || event.ph === 'f')
  const tracks = Map.groupBy(slices, ({ pid, tid }) => `${pid}.${tid}`)
  const arrows: Record<string, number> = {}
  for (const [id, ends] of Map.groupBy(flows, (flow) => flow.id)) {
    expect(
      ends.map(({ ph }) => ph),
      `arrow ${id} has a beginning and an end`,
    ).toEqual(['s', 'f'])
    expect(new Set(ends.map(({ name, pid }) => `${pid} ${name}`)).size).toBe(1)
    for (const { pid, tid, ts, ph } of ends) {
      const around = (tracks.get(`${pid}.${tid}`) ?? []).some((slice) => slice.ts <= ts && ts < slice.ts + slice.dur)
      expect(around, `arrow ${id} (${ph}) lies in a slice`).toBe(true)
    }
    arrows[ends[0]!.name] = (arrows[ends[0]!.name] ?? 0) + 1
  }
  return arrows
}

function countersOf(timed: readonly AnyEvent[]): Record<string, number> {
  const most: Record<string, number> = {}
  const last = new Map<string, number>()
  const seen = new Set<string>()
  for (const event of timed) {
    if (event.ph !== 'C') continue
    const [value = Number.NaN] = Object.values(event.args)
    expect(value, `${event.name} at ${event.ts}`).toBeGreaterThanOrEqual(0)
    if (event.name === 'hit rate') expect(value).toBeLessThanOrEqual(100)
    most[event.name] = Math.max(most[event.name] ?? 0, value)
    last.set(`${event.pid} ${event.name}`, value)
    const once = `${event.pid} ${event.name} ${event.ts}`
    expect(seen.has(once), `${event.name} has one value at ${event.ts}`).toBe(false)
    seen.add(once)
  }
  for (const [name, value] of last) if (!/hit rate$|\(server\)$/.test(name)) expect(value, `${name} at the end`).toBe(0)
  return most
}
