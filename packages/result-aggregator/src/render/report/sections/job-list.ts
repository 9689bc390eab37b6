import { printable } from '@reprise/safe-text'
import type { Collection } from '../../../result/collection.ts'
import { type Html, html } from '../../html.ts'
import { perGpu, renderFigure, renderShare, renderTotals, type SweepPoint, sweepPoints } from '../../sweep-point.ts'
import { type Column, dataTable } from './data-table.ts'

const tailLines = 20

/** Every job of a sweep, the failed ones with their reason and the command that does them again. */
export function jobList(collection: Collection): Html {
  const failed = collection.rows.filter(({ status }) => status.failure)
  return html`<section id="jobs" aria-labelledby="jobs-title"><h2 id="jobs-title">Jobs of the sweep</h2>
<p>${renderTotals(collection)}.</p>
${dataTable('Every planned job', columns, sweepPoints(collection), { open: true })}
${failed.length > 0 && html`<dl class="reasons">${failed.map(failure)}</dl>`}</section>
`
}

const columns: readonly Column<SweepPoint>[] = [
  { head: 'Config', text: true, cell: ({ configKey }) => printable(configKey, 200) },
  { head: 'Point', text: true, cell: ({ name }) => name },
  { head: 'Lanes', cell: ({ lanes }) => lanes.join(', ') },
  { head: 'TTFT p50, ms', cell: ({ result }) => renderFigure(result?.metrics.ttft?.p50) },
  { head: 'TPOT p50, ms', cell: ({ result }) => renderFigure(result?.metrics.tpot?.p50) },
  { head: 'Tokens/s per user, p50', cell: ({ result }) => renderFigure(result?.metrics.interactivity?.p50) },
  { head: 'Output tokens/s per GPU', cell: (point) => renderFigure(perGpu(point, 'output')) },
  { head: 'Cache hits', cell: ({ result }) => renderShare(result?.cacheHit.measured) },
  { head: 'Verdict', text: true, cell: ({ verdict }) => verdict },
]

function failure({ status }: Collection['rows'][number]): Html {
  const { configKey, name, failure: why, reproduce } = status
  const phase = why?.phase === undefined ? '' : ` in ${why.phase}`
  return html`<dt>${why?.class}${phase}: ${printable(configKey, 200)} ${name}</dt><dd><p>${printable(why?.message ?? '', 1000)}</p>${logTail(why?.logTail ?? [])}<p>again: <code>${reproduce}</code></p></dd>
`
}

/** The last lines of the server's log, foreign text. */
function logTail(lines: readonly string[]): Html | false {
  if (lines.length === 0) return false
  const shown = lines.slice(-tailLines).map((line) => printable(line, 400))
  return html`<details><summary>Last lines of the server's log</summary><pre>${shown.join('\n')}</pre></details>`
}
