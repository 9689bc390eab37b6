/**
 * An event of Chrome's trace format, which Perfetto reads; times in whole microseconds.
 *
 * Source: the Trace Event Format of Chromium's catapult.
 */
export type TraceEvent =
  | { readonly ph: 'M'; readonly name: string; readonly pid: number; readonly tid?: number; readonly args: object }
  | (Placed & {
      readonly ph: 'X'
      readonly tid: number
      readonly dur: number
      readonly cat: string
      readonly args: object
    })
  | (Placed & { readonly ph: 's'; readonly tid: number; readonly cat: string; readonly id: number })
  | (Placed & { readonly ph: 'f'; readonly tid: number; readonly cat: string; readonly id: number; readonly bp: 'e' })
  | (Placed & { readonly ph: 'C'; readonly args: Readonly<Record<string, number>> })

interface Placed {
  readonly name: string
  readonly ts: number
  readonly pid: number
}

/** One that stands at an instant. */
export type TimedEvent = Exclude<TraceEvent, { ph: 'M' }>

/** Whole microseconds; what has no extent is one long, or nobody would see it. */
export function sliceTimes(startMs: number, endMs: number | undefined): { ts: number; dur: number } {
  const ts = Math.round(startMs * 1000)
  return { ts, dur: Math.max(1, Math.round((endMs ?? startMs) * 1000) - ts) }
}
