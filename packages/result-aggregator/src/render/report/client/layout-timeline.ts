import type { TimelineRow } from './decode-timeline.ts'

/** Where everything of a timeline stands; heights and tops in pixels from the top, instants in milliseconds. */
export interface TimelineLayout {
  readonly heightPx: number
  readonly lanes: readonly { readonly lane: number; readonly topPx: number; readonly heightPx: number }[]
  /** A session of a play, from its first request to the end of its last. */
  readonly spans: readonly SessionSpan[]
  /** One per row, in the order of the rows. */
  readonly bars: readonly { readonly topPx: number; readonly heightPx: number }[]
}

export interface SessionSpan {
  readonly fromMs: number
  readonly toMs: number
  readonly topPx: number
  readonly heightPx: number
  readonly root: boolean
}

const ROOT_PX = 13
const SUBAGENT_PX = 7
const BETWEEN_LANES_PX = 5

/** A band per lane: its root sessions on the first row, every subagent below on the first row that is free for all its life. */
export function layoutTimeline(rows: readonly TimelineRow[]): TimelineLayout {
  const bars = new Map<TimelineRow, { topPx: number; heightPx: number }>()
  const spans: SessionSpan[] = []
  const lanes: { lane: number; topPx: number; heightPx: number }[] = []
  let topPx = 2
  for (const [lane, ofLane] of Map.groupBy(rows, (row) => row.lane)) {
    const laneTopPx = topPx
    const freeFromMs: number[] = []
    const sessions = [...Map.groupBy(ofLane, ({ play, sessionNumber }) => `${play}.${sessionNumber}`).values()]
    for (const session of sessions) {
      const { root } = session[0]!.session
      const [fromMs, toMs] = [session[0]!.beginMs, Math.max(...session.map(({ doneMs }) => doneMs))]
      const place = root ? -1 : takePlace(freeFromMs, fromMs, toMs)
      const barTopPx = root ? laneTopPx : laneTopPx + ROOT_PX + place * SUBAGENT_PX
      const heightPx = (root ? ROOT_PX : SUBAGENT_PX) - 1
      spans.push({ fromMs, toMs, topPx: barTopPx, heightPx, root })
      for (const row of session) bars.set(row, { topPx: barTopPx, heightPx })
    }
    const laneHeightPx = ROOT_PX + freeFromMs.length * SUBAGENT_PX
    lanes.push({ lane, topPx: laneTopPx, heightPx: laneHeightPx })
    topPx += laneHeightPx + BETWEEN_LANES_PX
  }
  return { heightPx: topPx, lanes, spans, bars: rows.map((row) => bars.get(row)!) }
}

/** The first row that is free from then on; a new one where there is none. */
function takePlace(freeFromMs: number[], fromMs: number, toMs: number): number {
  const found = freeFromMs.findIndex((free) => free <= fromMs)
  const place = found < 0 ? freeFromMs.length : found
  freeFromMs[place] = toMs
  return place
}
