import type { TimelineRow } from './decode-timeline.ts'
import type { PageTheme } from './page-theme.ts'

export interface TimelineShape {
  readonly type: 'rect'
  readonly shape: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
  readonly style: {
    readonly fill: string
    readonly stroke?: string
    readonly lineWidth?: number
    readonly opacity?: number
  }
}

/** At least so wide, or a quick request could not be seen. */
const NARROWEST_PX = 1

/** A request's bar: tall until the first token, low until the last; failed and cancelled ones are outlines over their whole length. */
export function timelineShapes(
  row: TimelineRow,
  heightPx: number,
  at: (ms: number) => readonly [number, number],
  theme: PageTheme,
): TimelineShape[] {
  const [x, y] = at(row.beginMs)
  const rect = (fromMs: number, toMs: number, share: number, style: TimelineShape['style']): TimelineShape => {
    const [fromX, toX] = [at(fromMs)[0], at(toMs)[0]]
    const tall = Math.max(2, Math.round(heightPx * share))
    const shape = { x: fromX, y: y + (heightPx - tall) / 2, width: Math.max(NARROWEST_PX, toX - fromX), height: tall }
    return { type: 'rect', shape, style }
  }
  const faded = row.phase === 'profiling' ? 1 : 0.55
  if (row.outcome === 'failed' || row.outcome === 'cancelled') {
    const colour = row.outcome === 'failed' ? theme.failed : theme.soft
    return [
      rect(row.beginMs, row.doneMs, 1, { fill: mixColours(colour, theme.paper, 0.18), stroke: colour, lineWidth: 1.2 }),
    ]
  }
  if (row.firstTokenMs === undefined) {
    const shape = { x: x - 1.5, y, width: 3, height: heightPx }
    return [{ type: 'rect', shape, style: { fill: theme.paper, stroke: theme.soft, lineWidth: 1 } }]
  }
  return [
    rect(row.beginMs, row.firstTokenMs, 1, { fill: theme.wait, opacity: faded }),
    rect(row.firstTokenMs, row.lastTokenMs ?? row.firstTokenMs, 0.5, { fill: theme.decode, opacity: faded }),
  ]
}

/** `share` of the first colour in the second; both as `#rrggbb`. */
export function mixColours(one: string, other: string, share: number): string {
  const parts = [1, 3, 5].map((at) => {
    const [first, second] = [one, other].map((colour) => Number.parseInt(colour.slice(at, at + 2), 16))
    return Math.round(first! * share + second! * (1 - share))
  })
  return `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`
}
