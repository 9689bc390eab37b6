import { printable } from '@reprise/safe-text'
import type { Collection } from '../../result/collection.ts'
import { html } from '../html.ts'
import { paretoFrontier, stairsOf } from '../report/client/pareto-frontier.ts'
import { renderFigure } from '../sweep-point.ts'
import { type ChartPoint, chartPoints } from './chart-points.ts'

const size = { width: 880, height: 520 }
const frame = { left: 80, right: 240, top: 48, bottom: 56 }
const shownConfigs = 16
/** Told apart by people with the common kinds of colour blindness. Source: Okabe and Ito (2008), without black. */
const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9']

/**
 * Output throughput per GPU over the speed that a user sees, as an SVG of its own: a colour for each configuration, with the staircase of
 * its frontier; one for each kind of work, where its runs did not all do the same. Equal collections give equal bytes.
 */
export function renderPareto(collection: Collection): string {
  const points = chartPoints(collection)
  const scale = {
    x: ticksTo(Math.max(0, ...points.map(({ x, endsX }) => whiskerEnd(x, endsX)))),
    y: ticksTo(Math.max(0, ...points.map(({ y, endsY }) => whiskerEnd(y, endsY)))),
  }
  const at = { x: (x: number) => spanX(x / scale.x.at(-1)!), y: (y: number) => spanY(y / scale.y.at(-1)!) }
  const groups = [...Map.groupBy(points, ({ configKey }) => configKey)]
  return html`<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}" viewBox="0 0 ${size.width} ${size.height}" font-family="sans-serif" font-size="12" role="img">
<title>Output throughput per GPU over speed per user</title>
<rect width="100%" height="100%" fill="#ffffff"/>
<text x="${frame.left}" y="24" font-size="15" fill="#1a1a1a">Output throughput per GPU over speed per user</text>
${scale.x.map(
  (
    tick,
  ) => html`<path d="M${at.x(tick)} ${spanY(0)}V${spanY(1)}" stroke="#e4e4e4"/><text x="${at.x(tick)}" y="${spanY(0) + 18}" text-anchor="middle" fill="#444">${renderTick(tick)}</text>
`,
)}${scale.y.map(
  (
    tick,
  ) => html`<path d="M${spanX(0)} ${at.y(tick)}H${spanX(1)}" stroke="#e4e4e4"/><text x="${frame.left - 8}" y="${at.y(tick) + 4}" text-anchor="end" fill="#444">${renderTick(tick)}</text>
`,
)}<path d="M${spanX(0)} ${spanY(1)}V${spanY(0)}H${spanX(1)}" fill="none" stroke="#666"/>
<text x="${spanX(0.5)}" y="${size.height - 14}" text-anchor="middle" fill="#1a1a1a">tokens/s per user (p50)</text>
<text x="18" y="${spanY(0.5)}" text-anchor="middle" fill="#1a1a1a" transform="rotate(-90 18 ${spanY(0.5)})">output tokens/s per GPU</text>
${
  points.some(({ endsX, endsY }) => endsX ?? endsY)
    ? html`<text x="${spanX(1)}" y="${frame.top - 8}" text-anchor="end" fill="#666">lines through a mark: 95 % intervals, to twice the figure at most</text>
`
    : ''
}${points.length === 0 ? html`<text x="${spanX(0.5)}" y="${spanY(0.5)}" text-anchor="middle" fill="#666">no job was measured</text>` : ''}${groups.map(
  ([key, group], i) => curve(group, { key, colour: colours[i % colours.length]!, index: i, at }),
)}</svg>
`.text
}

interface Curve {
  readonly key: string
  readonly colour: string
  readonly index: number
  readonly at: { readonly x: (x: number) => number; readonly y: (y: number) => number }
}

function curve(group: readonly ChartPoint[], { key, colour, index, at }: Curve) {
  const path = [...Map.groupBy(group, ({ workload }) => workload).values()]
    .flatMap((alike) => stairsOf(paretoFrontier(alike, 'higher-x'), 'higher-x').map(([x, y], i) => stepTo(x, y, i, at)))
    .join('')
  const legendY = frame.top + 10 + index * 20
  const legendX = size.width - frame.right + 24
  const legend =
    index < shownConfigs
      ? html`<circle cx="${legendX}" cy="${legendY}" r="5" fill="${colour}"/><text x="${legendX + 12}" y="${legendY + 4}" fill="#1a1a1a">${printable(key, 30)}</text>
`
      : ''
  return html`${
    path === ''
      ? ''
      : html`<path d="${path}" fill="none" stroke="${colour}" stroke-width="1.5"/>
`
  }${group.map((point) => whiskers(point, at, colour))}${group.map(
    ({ name, lanes, x, y }) =>
      html`<circle cx="${at.x(x)}" cy="${at.y(y)}" r="5" fill="${colour}"><title>${printable(name, 120)}: ${lanes} ${lanes === 1 ? 'lane' : 'lanes'}, ${renderFigure(x)} tokens/s per user, ${renderFigure(y)} tokens/s per GPU</title></circle><text x="${at.x(x) + 8}" y="${at.y(y) - 6}" fill="#444">${lanes}</text>
`,
  )}${legend}`
}

/** 95 % intervals, as far as they fit into the picture. */
function whiskers({ x, y, endsX, endsY }: ChartPoint, at: Curve['at'], colour: string) {
  const across = endsX ? `M${at.x(endsX[0])} ${at.y(y)}H${at.x(whiskerEnd(x, endsX))}` : ''
  const up = endsY ? `M${at.x(x)} ${at.y(endsY[0])}V${at.y(whiskerEnd(y, endsY))}` : ''
  return across + up === ''
    ? ''
    : html`<path d="${across}${up}" fill="none" stroke="${colour}" stroke-width="1.2" stroke-opacity="0.6"/>
`
}

/** Where a whisker ends: a wide one would leave no room for the points. */
function whiskerEnd(value: number, ends: ChartPoint['endsX']): number {
  return Math.min(ends?.[1] ?? value, 2 * value)
}

function stepTo(x: number, y: number, index: number, at: Curve['at']): string {
  return `${index === 0 ? 'M' : 'L'}${at.x(x)} ${at.y(y)}`
}

function spanX(share: number): number {
  return rounded(frame.left + share * (size.width - frame.left - frame.right))
}

function spanY(share: number): number {
  return rounded(size.height - frame.bottom - share * (size.height - frame.top - frame.bottom))
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100
}

/** Round numbers from 0 to the first at or above `most`, four to six of them. */
function ticksTo(most: number): number[] {
  if (!(most > 0)) return [0, 1]
  const magnitude = 10 ** Math.floor(Math.log10(most))
  const step = [0.2, 0.5, 1, 2].map((factor) => factor * magnitude).find((each) => most / each <= 5)!
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, i) => Number((i * step).toPrecision(6)))
}

function renderTick(value: number): string {
  return value.toLocaleString('en-US')
}
