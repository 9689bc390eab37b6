import type { Collection } from '../../result/collection.ts'
import { paretoFrontier } from '../report/client/pareto-frontier.ts'
import { renderFigure } from '../sweep-point.ts'
import { chartPoints } from './chart-points.ts'

/** More than these cannot be told apart in a picture of this size; the frontier goes first. */
const maxPoints = 40

/**
 * Output throughput per GPU against the speed that a user sees, as a Mermaid quadrant chart, which GitHub draws in a summary; the right
 * upper corner is best. Undefined where nothing was measured.
 *
 * Source: mermaid.js.org, "Quadrant Chart": places are from 0 to 1, so the axes' titles say what 1 stands for; texts in quotes.
 */
export function renderMermaid(collection: Collection): string | undefined {
  const points = chartPoints(collection)
  if (points.length === 0) return undefined
  const frontier = new Set(paretoFrontier(points, 'higher-x'))
  const shown = [...frontier, ...points.filter((point) => !frontier.has(point))].slice(0, maxPoints)
  const most = { x: Math.max(...points.map(({ x }) => x)), y: Math.max(...points.map(({ y }) => y)) }
  const lines = shown.map(({ name, lanes, x, y }) => {
    return `  "${label(name)}, ${lanes} ${lanes === 1 ? 'lane' : 'lanes'}": [${share(x, most.x)}, ${share(y, most.y)}]`
  })
  return [
    'quadrantChart',
    '  title Output throughput per GPU against speed per user',
    `  x-axis "0" --> "${renderFigure(most.x * headroom)} tokens/s per user (p50)"`,
    `  y-axis "0" --> "${renderFigure(most.y * headroom)} output tokens/s per GPU"`,
    ...new Set(lines),
    '',
  ].join('\n')
}

/** The best point stands clear of the frame, and 1 itself is never written: Mermaid reads `1`, and not `1.000`. */
const headroom = 1.1

function share(value: number, most: number): string {
  return (value / (most * headroom)).toFixed(3)
}

function label(name: string): string {
  return name
    .replace(/[^A-Za-z0-9 _.-]+/g, ' ')
    .trim()
    .slice(0, 60)
}
